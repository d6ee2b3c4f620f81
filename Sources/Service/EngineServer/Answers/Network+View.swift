internal import Addressing
internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NetworkPlan

extension Wire.Network {
  /// - Parameter withContainers: lists leave the containers out, as in dockerd.
  init(_ view: NetworkView, withContainers: Bool) {
    self.init()
    let network = view.network
    Name = network.name
    Id = network.id.rawValue
    Created = network.created.description
    Scope = network.scope.rawValue
    Driver = network.driver.rawValue
    EnableIPv4 = network.enableIPv4
    EnableIPv6 = network.enableIPv6
    IPAM = Wire.IPAM(network.ipam)
    Internal = network.isInternal
    Attachable = network.isAttachable
    Ingress = network.isIngress
    ConfigFrom.Network = network.configurationFrom ?? ""
    ConfigOnly = network.isConfigurationOnly
    Options = network.options
    Labels = network.labels
    guard withContainers else { return }
    if !view.peers.isEmpty {
      Peers = view.peers.map { peer in
        var shown = Wire.NetworkPeer()
        shown.Name = peer.name
        shown.IP = "\(peer.address)"
        return shown
      }
    }
    for attachment in view.attachments {
      let endpoint = attachment.endpoint
      // An endpoint has addresses only while its container runs.
      guard endpoint.interface != nil || !endpoint.addresses.isEmpty else { continue }
      var shown = Wire.NetworkContainer()
      shown.Name = attachment.name
      shown.EndpointID = endpoint.id.rawValue
      shown.MacAddress = endpoint.mac.map(\.description) ?? ""
      shown.IPv4Address = endpoint.ipv4.map(\.description) ?? ""
      shown.IPv6Address = endpoint.ipv6.map(\.description) ?? ""
      Containers[attachment.container.rawValue] = shown
    }
  }
}

extension Wire.NetworkStatus {
  /// - Parameter uses: the use of each of the network's pools.
  init(_ uses: [PoolUse]) {
    self.init()
    for use in uses {
      var shown = Wire.SubnetStatus()
      shown.IPsInUse = UInt64(clamping: use.taken)
      shown.DynamicIPsAvailable = UInt64(clamping: use.available)
      IPAM.Subnets["\(use.subnet)"] = shown
    }
  }
}

extension NetworkCreateRequest {
  /// - Throws: `invalidParameter` with dockerd's message.
  init(_ body: Wire.NetworkCreateBody) throws(EngineError) {
    self.init(name: body.Name)
    driver = body.Driver
    scope = body.Scope
    enableIPv4 = body.EnableIPv4
    enableIPv6 = body.EnableIPv6
    ipam = try body.IPAM?.model() ?? IPAMConfiguration()
    isInternal = body.Internal
    isAttachable = body.Attachable
    isIngress = body.Ingress
    isConfigurationOnly = body.ConfigOnly
    configurationFrom = body.ConfigFrom.flatMap { $0.Network.isEmpty ? nil : $0.Network }
    options = body.Options ?? [:]
    labels = body.Labels ?? [:]
  }
}
