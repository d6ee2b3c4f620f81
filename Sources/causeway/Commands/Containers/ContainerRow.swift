import Addressing
import EngineAPI

/// A container as a row of `ps`, in the fields that Docker's templates know.
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

  var fields: JSONValue {
    let size = HumanText.size(container.SizeRw ?? 0)
    let virtual = container.SizeRootFs ?? 0
    let labels = container.Labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return .object([
      field("Command", quoted(truncates ? ellipsis(container.Command, 20) : container.Command)),
      field("CreatedAt", DateText.local(container.Created)),
      field("ID", truncates ? String(container.Id.prefix(12)) : container.Id),
      field("Image", image),
      field("Labels", labels.joined(separator: ",")),
      field("LocalVolumes", String(container.Mounts.count { $0.Driver == "local" })),
      field("Mounts", container.Mounts.map(mount).joined(separator: ",")),
      field("Names", names.joined(separator: ",")),
      field("Networks", container.NetworkSettings.Networks.keys.sorted().joined(separator: ",")),
      field("Platform", ""),
      field("Ports", PortText.display(container.Ports)),
      field("RunningFor", HumanText.duration(seconds: now - container.Created) + " ago"),
      field("Size", virtual > 0 ? "\(size) (virtual \(HumanText.size(virtual)))" : size),
      field("State", container.State),
      field("Status", container.Status),
    ])
  }

  private func field(_ name: String, _ text: String) -> JSONMember { JSONMember(name, .string(text)) }

  private var names: [String] {
    let names = container.Names.map { $0.first == "/" ? String($0.dropFirst()) : $0 }
    // A name with a slash inside is a link's alias.
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

/// Published ports as `ps` shows them.
enum PortText {
  /// Neighbouring ports of one address and protocol are joined into ranges.
  static func display(_ ports: [Wire.Port]) -> String {
    struct Group: Hashable {
      var ip: String
      var transport: String
    }
    struct Span {
      var inside: ClosedRange<Int>
      var outside: ClosedRange<Int>?
    }
    var spans: [(group: Group, span: Span)] = []
    let sorted = ports.sorted { a, b in
      (a.PrivatePort, a.IP ?? "", a.PublicPort ?? 0, a.Type) < (b.PrivatePort, b.IP ?? "", b.PublicPort ?? 0, b.Type)
    }
    for port in sorted {
      let group = Group(ip: port.IP ?? "", transport: port.Type)
      let inside = Int(port.PrivatePort)
      let outside = port.PublicPort.map(Int.init).flatMap { $0 == 0 ? nil : $0 }
      if let index = spans.lastIndex(where: { $0.group == group }),
        spans[index].span.inside.upperBound + 1 == inside,
        follows(spans[index].span.outside, outside)
      {
        let span = spans[index].span
        spans[index].span.inside = span.inside.lowerBound...inside
        if let outside, let former = span.outside { spans[index].span.outside = former.lowerBound...outside }
      } else {
        spans.append((group, Span(inside: inside...inside, outside: outside.map { $0...$0 })))
      }
    }
    func text(_ range: ClosedRange<Int>) -> String {
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
    return spans.map { group, span in
      guard let outside = span.outside else { return "\(text(span.inside))/\(group.transport)" }
      let host = group.ip.contains(":") ? "[\(group.ip)]" : group.ip
      return "\(host.isEmpty ? "" : host + ":")\(text(outside))->\(text(span.inside))/\(group.transport)"
    }.joined(separator: ", ")
  }

  private static func follows(_ former: ClosedRange<Int>?, _ next: Int?) -> Bool {
    switch (former, next) {
    case (nil, nil): true
    case (.some(let former), .some(let next)): former.upperBound + 1 == next
    default: false
    }
  }
}
