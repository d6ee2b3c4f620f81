import JSON
import EngineAPI

/// A container as a row of `ps`, with the field names of Docker's templates.
struct ContainerRow {
  static let headers = [
    "ID": "CONTAINER ID", "Names": "NAMES", "Image": "IMAGE", "Command": "COMMAND", "CreatedAt": "CREATED AT",
    "RunningFor": "CREATED", "Ports": "PORTS", "State": "STATE", "Status": "STATUS", "Size": "SIZE",
    "Labels": "LABELS", "Mounts": "MOUNTS", "LocalVolumes": "LOCAL VOLUMES", "Networks": "NETWORKS",
    "Platform": "PLATFORM",
  ]

  let container: Wire.ContainerSummary
  let truncates: Bool
  let now: Int64
  /// Whether the size column includes the image.
  var showsWholeSize = true
  /// The style of the status column.
  var style = TextStyle.plain

  var row: ListRow {
    let size = HumanText.size(container.SizeRw ?? 0)
    let virtual = container.SizeRootFs ?? 0
    let labels = container.Labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let fields = JSONValue.object([
      field("Command", (truncates ? ellipsis(container.Command, 20) : container.Command).quoted),
      field("CreatedAt", DateText.local(container.Created)),
      field("ID", truncates ? String(container.Id.prefix(12)) : container.Id),
      field("Image", image),
      field("Labels", labels.joined(separator: ",")),
      field("LocalVolumes", String(container.Mounts.count { $0.Driver == "local" })),
      field("Mounts", container.Mounts.map(mount).joined(separator: ",")),
      field("Names", names.joined(separator: ",")),
      field("Networks", container.NetworkSettings.Networks.keys.sorted().joined(separator: ",")),
      JSONMember("Platform", .null),
      field("Ports", PortSummary.text(container.Ports)),
      field("RunningFor", ContainerStatus.duration(seconds: now - container.Created) + " ago"),
      field("Size", virtual > 0 && showsWholeSize ? "\(size) (virtual \(HumanText.size(virtual)))" : size),
      field("State", container.State),
      field("Status", style.styled(container.Status, colour)),
    ])
    return ListRow(fields, labels: container.Labels)
  }

  private var colour: TextStyle.Colour {
    switch container.State {
    case "running": container.Status.hasSuffix("(unhealthy)") ? .red : .green
    case "exited", "created": container.Status.hasPrefix("Exited (0)") || container.State == "created" ? .faint : .red
    case "dead": .red
    default: .yellow
    }
  }

  private func field(_ name: String, _ text: String) -> JSONMember { JSONMember(name, .string(text)) }

  private var names: [String] {
    let names = container.Names.map { $0.first == "/" ? String($0.dropFirst()) : $0 }
    // A name that contains a slash is the alias of a container link.
    return truncates ? names.filter { !$0.contains("/") } : names
  }

  private var image: String {
    if container.Image.isEmpty { return "<no image>" }
    guard truncates, container.Image == container.ImageID || container.Image.hasPrefix("sha256:") else {
      return container.Image
    }
    let digest = container.Image.hasPrefix("sha256:") ? String(container.Image.dropFirst(7)) : container.Image
    return String(digest.prefix(12))
  }

  private func mount(_ mount: Wire.MountPoint) -> String {
    let name = mount.Name.flatMap { $0.isEmpty ? nil : $0 } ?? mount.Source
    return truncates ? ellipsis(name, 15) : name
  }
}
