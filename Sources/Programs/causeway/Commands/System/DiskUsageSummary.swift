import JSON
import EngineAPI

/// Formats `GET /system/df` as one row for each kind of object.
struct DiskUsageSummary {
  let usage: JSONValue

  init(_ usage: JSONValue) { self.usage = usage }

  var rows: [ListRow] {
    let images = usage["Images"]?.elements ?? []
    let containers = usage["Containers"]?.elements ?? []
    let volumes = usage["Volumes"]?.elements ?? []
    let caches = usage["BuildCache"]?.elements ?? []
    func number(_ value: JSONValue, _ name: String) -> Int64 { max(0, value[name]?.integer ?? 0) }
    func volume(_ value: JSONValue, _ name: String) -> Int64 { number(value["UsageData"] ?? .null, name) }
    let usedImages = images.filter { number($0, "Containers") > 0 }
    let running = containers.filter { ["running", "paused", "restarting"].contains($0["State"]?.text ?? "") }
    let usedVolumes = volumes.filter { volume($0, "RefCount") > 0 }
    let usedCaches = caches.filter { $0["InUse"] == .bool(true) }
    func sum(_ values: [JSONValue], _ size: (JSONValue) -> Int64) -> Int64 { values.reduce(0) { $0 + size($1) } }
    let layers = usage["LayersSize"]?.integer ?? 0
    let imagesInUse = sum(usedImages) { number($0, "Size") - number($0, "SharedSize") }
    return [
      row("Images", images.count, usedImages.count, layers, max(0, layers - imagesInUse)),
      row(
        "Containers", containers.count, running.count, sum(containers) { number($0, "SizeRw") },
        sum(containers.filter { !running.contains($0) }) { number($0, "SizeRw") }),
      row(
        "Local Volumes", volumes.count, usedVolumes.count, sum(volumes) { volume($0, "Size") },
        sum(volumes.filter { !usedVolumes.contains($0) }) { volume($0, "Size") }),
      row(
        "Build Cache", caches.count, usedCaches.count, sum(caches) { number($0, "Size") },
        sum(caches.filter { !usedCaches.contains($0) }) { number($0, "Size") }, hasShare: false),
    ]
  }

  private func row(
    _ kind: String, _ total: Int, _ active: Int, _ size: Int64, _ reclaimable: Int64, hasShare: Bool = true
  ) -> ListRow {
    let share = hasShare && size > 0 ? " (\(reclaimable * 100 / size)%)" : ""
    return ListRow([
      "Type": kind, "TotalCount": String(total), "Active": String(active), "Size": HumanText.size(size, digits: 4),
      "Reclaimable": HumanText.size(reclaimable, digits: 4) + share,
    ])
  }
}
