/// A seeded 64-bit hash of an encoded lower-case name, with one multiplication per eight octets.
///
/// It does not resist chosen collisions: only the engine's clients add names, and queries only look them up.
@inline(__always)
func nameHash(_ name: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
  var hash = seed ^ UInt64(name.count)
  var offset = 0
  while offset + 8 <= name.count {
    hash = mixed(hash ^ name.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    offset += 8
  }
  var rest: UInt64 = 0
  while offset < name.count {
    rest = rest << 8 | UInt64(name[offset])
    offset += 1
  }
  return mixed(hash ^ rest)
}

@inline(__always)
func hashInScope(_ hash: UInt64, _ scope: NameScope) -> UInt64 {
  mixed(hash ^ UInt64(scope) << 32)
}

@inline(__always)
private func mixed(_ value: UInt64) -> UInt64 {
  let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
  return product.high ^ product.low
}
