/// Services sorted so that each comes after those that it depends on.
package struct DependencyOrder: Sendable {
  package let services: [Service]

  /// - Throws: ``ComposeError`` for a dependency cycle.
  package init(_ services: [Service]) throws(ComposeError) {
    var order: [Service] = []
    var done: Set<String> = []
    let byName = Dictionary(services.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    func visit(_ service: Service, _ chain: [String]) throws(ComposeError) {
      guard !done.contains(service.name) else { return }
      for dependency in service.dependencies {
        guard let other = byName[dependency.service] else { continue }
        guard !chain.contains(other.name), other.name != service.name else {
          let circle = chain.drop { $0 != other.name } + [service.name, other.name]
          throw ComposeError(dependency.location, "dependency cycle: \(circle.joined(separator: " -> "))")
        }
        try visit(other, chain + [service.name])
      }
      done.insert(service.name)
      order.append(service)
    }
    for service in services.sorted(by: { $0.name < $1.name }) { try visit(service, []) }
    self.services = order
  }
}
