import Kernel

/// Calls a closure whenever a descriptor is readable, and owns the descriptor.
final class DescriptorWatch: ReadinessHandler {
  private let loop: EventLoop
  private let descriptor: OwnedDescriptor
  private let readable: () -> Void
  private var watch: EventLoop.Watch?

  init(_ loop: EventLoop, _ descriptor: OwnedDescriptor, readable: @escaping () -> Void) throws(SystemCallError) {
    self.loop = loop
    self.descriptor = descriptor
    self.readable = readable
    watch = try loop.add(descriptor.number, Readiness.read, self)
  }

  func ready(_ events: UInt32) { readable() }

  func close() {
    if let watch { loop.remove(watch) }
    watch = nil
  }
}
