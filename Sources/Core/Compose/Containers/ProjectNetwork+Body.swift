package import EngineAPI

extension ProjectNetwork {
  /// The body of the request that creates the network.
  package var body: Wire.NetworkCreateBody {
    var body = Wire.NetworkCreateBody()
    body.Name = name
    body.Driver = node?["driver"]?.text ?? "bridge"
    body.Options = node?["driver_opts"]?.textMap
    body.Internal = node?["internal"]?.bool ?? false
    body.Attachable = node?["attachable"]?.bool ?? false
    body.EnableIPv4 = node?["enable_ipv4"]?.bool
    body.EnableIPv6 = node?["enable_ipv6"]?.bool
    body.Labels = labels.merging([ComposeLabel.hash: hash]) { $1 }
    guard let given = node?["ipam"] else { return body }
    var ipam = Wire.IPAM()
    ipam.Driver = given["driver"]?.text ?? "default"
    ipam.Options = given["options"]?.textMap
    ipam.Config = (given["config"]?.items ?? []).map { item in
      var config = Wire.IPAMConfig()
      config.Subnet = item["subnet"]?.text
      config.IPRange = item["ip_range"]?.text
      config.Gateway = item["gateway"]?.text
      config.AuxiliaryAddresses = item["aux_addresses"]?.textMap
      return config
    }
    body.IPAM = ipam
    return body
  }
}

extension ProjectVolume {
  /// The body of the request that creates the volume.
  package var body: Wire.VolumeCreateBody {
    var body = Wire.VolumeCreateBody()
    body.Name = name
    body.Driver = node?["driver"]?.text ?? ""
    body.DriverOpts = node?["driver_opts"]?.textMap
    body.Labels = labels.merging([ComposeLabel.hash: hash]) { $1 }
    return body
  }
}
