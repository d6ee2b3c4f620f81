public import EngineModel

/// One line of `docker history`.
public struct ImageHistoryItem: Sendable, Hashable {
  /// The image's id at its last step, `<missing>` below.
  public var id: String
  public var created: Timestamp?
  public var createdBy: String
  public var comment: String
  public var tags: [String]
  /// Bytes of the files that the step added.
  public var size: Int64
}

extension StoredImage {
  /// How it came to be, the last step first.
  public var history: [ImageHistoryItem] {
    var items: [ImageHistoryItem] = []
    var rest = layers[...]
    for step in configuration.history {
      let layer = step.isEmptyLayer ? nil : rest.popFirst()
      items.append(
        ImageHistoryItem(
          id: "<missing>", created: step.created, createdBy: step.createdBy, comment: step.comment, tags: [],
          size: layer?.size ?? 0))
    }
    // Layers of which the history does not tell.
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
