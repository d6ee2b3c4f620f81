import CNftables
import Glibc
import Synchronization

/// nft(8) in process (libnftables(3)), for the namespace of the thread that made the object; usable from any thread
/// afterwards. The calls block, and one waits for the other.
final class FirewallContext: Sendable {
  /// A refusal in nft's own words.
  struct Refusal: Error, Hashable, CustomStringConvertible {
    let message: String
    var description: String { "nft: \(message)" }

    /// Whether what was to be removed is not there. The library gives the reason as text only.
    var isAbsence: Bool { message.contains("No such file or directory") }
  }

  private let context: Mutex<OpaquePointer>
  /// Its socket's number, where that is one of the few that it can have.
  private let number: Int32?

  init() throws(SystemCallError) {
    let made = LowDescriptors.shared.openSocket({ nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) }, undo: { nft_ctx_free($0) })
    guard let (context, number) = made else {
      throw SystemCallError.last("nft_ctx_new")
    }
    self.number = number
    nft_ctx_buffer_output(context)
    nft_ctx_buffer_error(context)
    // No counters and handles in listings; protocols and hooks by name, as in our tables.
    nft_ctx_output_set_flags(context, UInt32(NFT_CTX_OUTPUT_STATELESS))
    self.context = Mutex(context)
  }

  deinit {
    context.withLock { context in LowDescriptors.shared.closeSocket(number) { nft_ctx_free(context) } }
  }

  /// Does the commands as one transaction: all of them or, when one is refused, none.
  ///
  /// - Returns: what the commands print.
  @discardableResult
  func run(_ commands: String) throws(Refusal) -> String {
    try context.withLock { context throws(Refusal) in
      let result = nft_run_cmd_from_buffer(context, commands)
      let output = nft_ctx_get_output_buffer(context).map { String(cString: $0) } ?? ""
      let complaint = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
      if result != 0 { throw Refusal(message: Self.sentence(complaint)) }
      return output
    }
  }

  /// nft's complaint without the copy of the input and the arrows beneath it: what a person needs of it.
  private static func sentence(_ complaint: String) -> String {
    let lines = complaint.split(separator: "\n").map(String.init)
    let errors = lines.compactMap { line in
      line.firstRange(of: "Error: ").map { String(line[$0.upperBound...]) }
    }
    return errors.isEmpty
      ? lines.first ?? "refused without a reason" : errors.joined(separator: "; ")
  }
}
