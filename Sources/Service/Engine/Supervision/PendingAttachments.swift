import Coordination
import EngineModel

/// The clients that attached before their container started.
struct PendingAttachments: Sendable {
  private var attachments: [ContainerID: [PendingAttachment]] = [:]

  mutating func add(_ id: ContainerID, stdin: Bool) -> PendingAttachment {
    let attachment = PendingAttachment(stdin: stdin)
    attachments[id, default: []].append(attachment)
    return attachment
  }

  /// The caller connects them.
  mutating func removeAll(of id: ContainerID) -> [PendingAttachment] { attachments.removeValue(forKey: id) ?? [] }

  /// The container does not start: the clients' output ends.
  mutating func refuse(_ id: ContainerID) {
    for attachment in removeAll(of: id) { attachment.streams.succeed(nil) }
  }
}
