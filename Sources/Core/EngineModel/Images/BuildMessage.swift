/// A message about the progress of a build.
package enum BuildMessage: Sendable, Hashable {
  /// Text that Docker's classic builder prints, perhaps not a whole line.
  case text(String)
  /// Progress of pulling a base image.
  case transfer(TransferEvent)
}
