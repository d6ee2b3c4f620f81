/// Options that several commands below `compose` share.
extension OptionSpecification {
  static var containerIndex: OptionSpecification {
    .integer("index", nil, "Index of the container if service has multiple replicas")
  }

  static var shutdownTimeout: OptionSpecification {
    .integer("timeout", "t", "Specify a shutdown timeout in seconds")
  }

  static var removeOrphans: OptionSpecification {
    .flag("remove-orphans", nil, "Remove containers for services not defined in the Compose file")
  }
}
