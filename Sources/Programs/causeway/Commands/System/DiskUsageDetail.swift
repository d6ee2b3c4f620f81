import JSON
import EngineAPI
import EngineModel

/// Formats `GET /system/df` object by object, for `system df -v`.
struct DiskUsageDetail {
  let usage: JSONValue
  let now: Int64

  /// One table for each kind of object. With a format, one value with all of them.
  func text(format: String?) throws -> String {
    if let format, !format.isEmpty, format != "table" {
      let whole = JSONValue.object(
        try sections().map { JSONMember($0.name, .array($0.rows.map(\.fields))) })
      return format == "json" ? whole.compactText + "\n" : try Template(format).text(for: whole) + "\n"
    }
    var text = ""
    for section in try sections() {
      text += "\(text.isEmpty ? "" : "\n")\(section.title)\n\n"
      text += try ListFormat(nil, standard: section.columns).text(headers: section.headers, rows: section.rows)
    }
    return text
  }

  private struct Section {
    let name: String
    let title: String
    let columns: String
    let headers: [String: String]
    let rows: [ListRow]
  }

  private func sections() throws -> [Section] {
    [try images(), try containers(), volumes(), caches()]
  }

  private func images() throws -> Section {
    let rows = try (usage["Images"]?.elements ?? []).flatMap { value in
      let image = try JSONDecoding.decode(Wire.ImageSummary.self, from: value)
      let own = image.SharedSize < 0 ? nil : HumanText.size(image.Size - image.SharedSize, digits: 4)
      return ImageRow.rows(of: image, truncates: true, now: now, uniqueSize: own)
    }
    return Section(
      name: "Images", title: "Images space usage:",
      columns:
        "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}",
      headers: ImageRow.headers, rows: rows)
  }

  private func containers() throws -> Section {
    let rows = try (usage["Containers"]?.elements ?? []).map { value in
      let container = try JSONDecoding.decode(Wire.ContainerSummary.self, from: value)
      return ContainerRow(container: container, truncates: true, now: now, showsWholeSize: false).row
    }
    return Section(
      name: "Containers", title: "Containers space usage:",
      columns:
        "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}",
      headers: ContainerRow.headers, rows: rows)
  }

  private func volumes() -> Section {
    let rows = (usage["Volumes"]?.elements ?? []).map { volume in
      let links = volume["UsageData"]?["RefCount"]?.integer ?? -1
      let size = volume["UsageData"]?["Size"]?.integer ?? -1
      return ListRow([
        "Name": volume["Name"]?.text ?? "", "Driver": volume["Driver"]?.text ?? "",
        "Mountpoint": volume["Mountpoint"]?.text ?? "", "Links": links < 0 ? "N/A" : String(links),
        "Size": size < 0 ? "N/A" : HumanText.size(size),
      ])
    }
    return Section(
      name: "Volumes", title: "Local Volumes space usage:", columns: "{{.Name}}\t{{.Links}}\t{{.Size}}",
      headers: ["Name": "VOLUME NAME", "Links": "LINKS", "Size": "SIZE"], rows: rows)
  }

  private func caches() -> Section {
    let caches = usage["BuildCache"]?.elements ?? []
    let rows = caches.map { cache in
      func age(_ name: String) -> String {
        guard let time = cache[name]?.text.flatMap({ Timestamp(rfc3339: $0) }) else { return "" }
        return ContainerStatus.duration(seconds: now - time.seconds) + " ago"
      }
      return ListRow([
        "ID": String((cache["ID"]?.text ?? "").prefix(12)), "CacheType": cache["Type"]?.text ?? "",
        "Size": HumanText.size(cache["Size"]?.integer ?? 0), "CreatedSince": age("CreatedAt"),
        "LastUsedSince": age("LastUsedAt"), "UsageCount": String(cache["UsageCount"]?.integer ?? 0),
        "Shared": String(cache["Shared"] == .bool(true)), "Description": cache["Description"]?.text ?? "",
      ])
    }
    let total = caches.reduce(Int64(0)) { $0 + ($1["Size"]?.integer ?? 0) }
    return Section(
      name: "BuildCache", title: "Build cache usage: \(HumanText.size(total, digits: 4))",
      columns:
        "{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}",
      headers: [
        "ID": "CACHE ID", "CacheType": "CACHE TYPE", "Size": "SIZE", "CreatedSince": "CREATED",
        "LastUsedSince": "LAST USED", "UsageCount": "USAGE", "Shared": "SHARED",
      ], rows: rows)
  }
}
