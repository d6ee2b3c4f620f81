package import EngineModel

extension StoredImage {
  /// The image's history, last step first.
  package var history: [ImageHistoryItem] {
    var items: [ImageHistoryItem] = []
    var rest = layers[...]
    for entry in configuration.history {
      let layer = entry.isEmptyLayer ? nil : rest.popFirst()
      items.append(
        ImageHistoryItem(
          id: "<missing>", created: entry.created, createdBy: entry.createdBy, comment: entry.comment, tags: [],
          size: layer?.size ?? 0))
    }
    // Layers without a history entry.
    for layer in rest {
      items.append(
        ImageHistoryItem(id: "<missing>", created: nil, createdBy: "", comment: "", tags: [], size: layer.size))
    }
    if let last = items.indices.last {
      items[last].id = id.description
      items[last].tags = tags
    }
    return items.reversed()
  }
}
