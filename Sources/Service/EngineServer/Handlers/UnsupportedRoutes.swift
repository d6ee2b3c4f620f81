internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// Endpoints of the Docker Engine API that this engine does not implement: each answers with a message.
enum UnsupportedRoutes {
  static var all: [Route] { missing.map(refusal) + swarm.map(swarmRefusal) + plugins }

  /// Managed plugins are not implemented: the list is empty and no name is found. Tools that search every object type
  /// for a name call this, too.
  private static var plugins: [Route] {
    let named: [(HTTPMethod, String)] = [
      (.GET, "/plugins/{name:.*}/json"), (.POST, "/plugins/{name:.*}/enable"), (.POST, "/plugins/{name:.*}/disable"),
      (.POST, "/plugins/{name:.*}/upgrade"), (.POST, "/plugins/{name:.*}/push"), (.POST, "/plugins/{name:.*}/set"),
      (.DELETE, "/plugins/{name:.*}"),
    ]
    return [Route(.GET, "/plugins") { _ in try .json([Wire.Empty]()) }]
      + named.map { method, template in
        Route(method, template, body: .streamed, refusal: "there are no plugins") { request in
          throw EngineError(.notFound, "plugin \"\(request["name"])\" not found")
        }
      }
  }

  private static let missing: [(HTTPMethod, String, String)] = [
    (.GET, "/containers/{id}/attach/ws", "attaching by websocket is"),
    (.GET, "/containers/{id}/checkpoints", "checkpoints are"),
    (.POST, "/containers/{id}/checkpoints", "checkpoints are"),
    (.DELETE, "/containers/{id}/checkpoints/{checkpoint}", "checkpoints are"),
    (.GET, "/images/{name:.*}/attestations", "an image store that keeps attestations is"),
    (.POST, "/build/cancel", "BuildKit is"),
    (.POST, "/session", "BuildKit is"),
    (.POST, "/grpc", "BuildKit is"),
    (.PUT, "/volumes/{name}", "changing a cluster volume is"),
    (.GET, "/plugins/privileges", "plugins are"),
    (.POST, "/plugins/pull", "plugins are"),
    (.POST, "/plugins/create", "plugins are"),
    (.POST, "/swarm/init", "swarm mode is"),
    (.POST, "/swarm/join", "swarm mode is"),
  ]

  /// dockerd's answer outside a swarm.
  private static let swarm: [(HTTPMethod, String)] = [
    (.GET, "/swarm"), (.POST, "/swarm/leave"), (.POST, "/swarm/update"), (.GET, "/swarm/unlockkey"),
    (.POST, "/swarm/unlock"),
    (.GET, "/nodes"), (.GET, "/nodes/{id}"), (.DELETE, "/nodes/{id}"), (.POST, "/nodes/{id}/update"),
    (.GET, "/services"), (.POST, "/services/create"), (.GET, "/services/{id}"), (.DELETE, "/services/{id}"),
    (.POST, "/services/{id}/update"), (.GET, "/services/{id}/logs"),
    (.GET, "/tasks"), (.GET, "/tasks/{id}"), (.GET, "/tasks/{id}/logs"),
    (.GET, "/secrets"), (.POST, "/secrets/create"), (.GET, "/secrets/{id}"), (.DELETE, "/secrets/{id}"),
    (.POST, "/secrets/{id}/update"),
    (.GET, "/configs"), (.POST, "/configs/create"), (.GET, "/configs/{id}"), (.DELETE, "/configs/{id}"),
    (.POST, "/configs/{id}/update"),
  ]

  /// The answer does not wait for the body, because the handler does not read it.
  private static func refusal(_ entry: (HTTPMethod, String, String)) -> Route {
    let sentence = "\(entry.2) not implemented"
    return Route(entry.0, entry.1, body: .streamed, refusal: sentence) { _ in
      throw EngineError(.notImplemented, sentence)
    }
  }

  private static func swarmRefusal(_ entry: (HTTPMethod, String)) -> Route {
    Route(entry.0, entry.1, body: .streamed, refusal: "this engine is never a node of a swarm") { _ in
      throw EngineError(
        .unavailable,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
          + "swarm and try again.")
    }
  }
}
