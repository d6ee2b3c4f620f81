import EngineModel
import CCrypto

/// Computes a SHA-256 digest with libcrypto, which uses the processor's SHA instructions. For one thread.
final class SHA256 {
  private let context: OpaquePointer

  init() {
    // Both fail only without memory, or if the library was built without SHA-256.
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.context = context
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Returns the digest of all bytes. Call it once, last.
  func finish() -> Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    _ = EVP_DigestFinal_ex(context, &bytes, nil)
    return Digest(bytes: bytes)
  }
}
