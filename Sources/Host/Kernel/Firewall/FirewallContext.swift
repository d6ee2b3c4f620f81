import CNftables
import Glibc
import Synchronization

/// nft(8) as a library (libnftables(3)). It acts on the namespace of the thread that created the object and may be used
/// from any thread. Calls block and run one after the other.
final class FirewallContext: Sendable {
  /// nft's error message.
  struct Refusal: Error, Hashable, CustomStringConvertible {
    let message: String
    var description: String { "nft: \(message)" }

    /// Whether nft refused because an object is missing. The library reports the reason as text only.
    var isAbsence: Bool { message.contains("No such file or directory") }
  }

  private let context: Mutex<OpaquePointer>
  /// The number of its socket, if it is one of the reserved low numbers.
  private let number: Int32?

  init() throws(SystemCallError) {
    let made = LowDescriptors.shared.openSocket({ nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) }, undo: { nft_ctx_free($0) })
    guard let (context, number) = made else {
      throw SystemCallError.last("nft_ctx_new")
    }
    self.number = number
    nft_ctx_buffer_output(context)
    nft_ctx_buffer_error(context)
    // Listings without counters and handles, with protocols and hooks by name, as in our tables.
    nft_ctx_output_set_flags(context, UInt32(NFT_CTX_OUTPUT_STATELESS))
    self.context = Mutex(context)
  }

  deinit {
    context.withLock { context in LowDescriptors.shared.closeSocket(number) { nft_ctx_free(context) } }
  }

  /// Runs the commands as one transaction: all of them, or none if one is refused.
  ///
  /// - Returns: the output of the commands.
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

  /// The error messages without nft's copy of the input and the markers below it.
  private static func sentence(_ complaint: String) -> String {
    let lines = complaint.split(separator: "\n").map(String.init)
    let errors = lines.compactMap { line in
      line.firstRange(of: "Error: ").map { String(line[$0.upperBound...]) }
    }
    return errors.isEmpty
      ? lines.first ?? "refused without a reason" : errors.joined(separator: "; ")
  }
}
