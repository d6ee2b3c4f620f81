import EngineModel

extension Engine {
  /// Newest first.
  ///
  /// Filters: `ancestor`, `before`, `exited`, `expose`, `health`, `id`, `label`, `name`, `network`, `publish`, `since`,
  /// `status`, `volume`, `is-task`.
  package func containers(_ request: ContainerListRequest = ContainerListRequest()) async throws -> [ContainerView] {
    let filter = try ContainerFilter(request, in: state, images: try parts.images)
    var found = state.containers.values.filter(filter.matches).sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    if let limit = request.limit, limit > 0 { found = Array(found.prefix(limit)) }
    var views: [ContainerView] = []
    for container in found { views.append(await view(container, withSizes: request.withSizes)) }
    return views
  }

  package func container(_ reference: String, withSizes: Bool = false) async throws -> ContainerView {
    await view(try state.container(reference), withSizes: withSizes)
  }

  private func view(_ container: Container, withSizes: Bool) async -> ContainerView {
    var networks: [NetworkID: Network] = [:]
    for endpoint in container.endpoints { networks[endpoint.network] = state.networks[endpoint.network] }
    var view = ContainerView(
      container: container, networks: networks, networkMode: networkMode(container), files: files(of: container.id),
      execs: transient.execs.running(in: container.id))
    if case .container(let owner) = container.host.networkMode { view.networkOwner = ContainerID(owner) }
    view.linkNames = linkNames(of: container)
    if container.state.pid != 0, Self.hasSandbox(container) { view.sandboxPath = namespacePath(container.id) }
    // `host` and `none` have no endpoints, but an inspection shows them.
    for (mode, name) in [(NetworkMode.host, "host"), (.none, "none")] where container.host.networkMode == mode {
      if let id = state.networkNames[name] { view.networks[id] = state.networks[id] }
    }
    if withSizes, let sizes = try? await parts.images.sizes(container.id, image: container.imageID) {
      view.writtenSize = sizes.written
      view.totalSize = sizes.written + sizes.image
    }
    return view
  }

  private func networkMode(_ container: Container) -> String {
    container.host.networkMode == .default ? "bridge" : container.host.networkMode.description
  }
}
