/// A stream of pieces of bytes, such as a client's request body. The reader pulls it, so a slow reader slows the sender down.
package typealias ByteStream = any AsyncSequence<[UInt8], any Error> & Sendable
