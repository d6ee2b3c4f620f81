import Addressing

/// One entry of `HostConfig.ExtraHosts`: `name:address` or `name=address`; `host-gateway` means this host.
struct HostAlias: Sendable, Hashable {
  let name: String
  /// `nil`: this host, at an address that the container's network reaches.
  let address: IPAddress?

  init?(_ text: String) {
    guard let mark = text.firstIndex(where: { $0 == ":" || $0 == "=" }), mark != text.startIndex else { return nil }
    name = String(text[..<mark])
    var value = text[text.index(after: mark)...]
    if value == "host-gateway" {
      address = nil
      return
    }
    if value.first == "[", value.last == "]" { value = value.dropFirst().dropLast() }
    guard let parsed = IPAddress(value) else { return nil }
    address = parsed
  }
}
