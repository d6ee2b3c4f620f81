/// One progress message of a pull or push, as the docker command prints it.
package struct TransferEvent: Sendable, Hashable {
  /// Docker's text: "Downloading", "Pull complete".
  package var status: String
  /// The short digest of the layer, or another subject.
  package var id: String?
  /// Transferred and total bytes.
  package var current: Int64?
  package var total: Int64?
  /// The pushed manifest, for programs. Such an event has no status.
  package var pushed: Pushed?

  package struct Pushed: Sendable, Hashable {
    package var tag: String
    package var digest: Digest
    package var size: Int

    package init(tag: String, digest: Digest, size: Int) {
      self.tag = tag
      self.digest = digest
      self.size = size
    }
  }

  package init(_ status: String, _ id: String? = nil, current: Int64? = nil, total: Int64? = nil) {
    self.status = status
    self.id = id
    self.current = current
    self.total = total
  }

  package init(pushed: Pushed) {
    status = ""
    self.pushed = pushed
  }
}

/// Receives events, on any thread.
package typealias TransferEventHandler = @Sendable (TransferEvent) -> Void

extension TransferEvent {
  /// The last line of a pull.
  package static func outcome(isNew: Bool, _ name: String) -> TransferEvent {
    TransferEvent("Status: \(isNew ? "Downloaded newer image" : "Image is up to date") for \(name)")
  }
}
