internal import Addressing
internal import Engine
internal import EngineAPI
internal import NIOHTTP1

/// `/causeway/v1/cluster`: the nodes of the cluster.
struct ClusterHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/causeway/v1/cluster/nodes", list),
      Route(.DELETE, "/causeway/v1/cluster/nodes/{id}", remove),
    ]
  }

  private func list(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(
      await engine.clusterNodes().map { node in
        Wire.ClusterNode(
          ID: node.id, Name: node.name, Address: "\(node.tunnel)", IsAlive: node.isAlive, IsThisHost: node.isThisHost,
          Containers: node.containers)
      })
  }

  private func remove(_ request: ServerRequest) async throws -> ServerResponse {
    try await engine.removeClusterNode(request["id"])
    return .noContent
  }
}
