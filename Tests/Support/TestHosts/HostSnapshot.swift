/// Everything that a container engine could leave on a host, to compare before and after.
package struct HostSnapshot: Sendable, Equatable {
  /// Sorted lines by subject: `link eth0`, `mount /x`, …
  package let lines: [String]

  /// The lines that are not in `earlier`.
  package func extra(since earlier: HostSnapshot) -> [String] {
    let known = Set(earlier.lines)
    return lines.filter { !known.contains($0) }
  }
}

extension TestHost {
  /// Lists the host's links, addresses, routes, firewall with elements, mounts, namespace files, control groups and
  /// processes. Leaves out what changes by itself: counters, handles, process ids, link indices, and link-local
  /// addresses.
  package func snapshot() async throws -> HostSnapshot {
    let script = """
      ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/link \\1/'
      ip -o addr | awk '$4 !~ /^fe80/ {print "address", $2, $4}'
      ip route show table all | sed -E '/^(broadcast|local|multicast|anycast|fe80)/d; s/ (linkdown|pref [a-z]+)//g; s/^/route /; s/ *$//'
      ip -6 route | sed -E '/^fe80|^anycast|^multicast/d; s/ (linkdown|pref [a-z]+)//g; s/^/route6 /; s/ *$//'
      nft -s list ruleset | sed -E 's/ expires [^ ,}]+//; s/^[ \\t]+//; s/^/nft /'
      awk '{print "mount", $5}' /proc/self/mountinfo
      find \(execRoot) -mindepth 1 ! -name netns \\( -path '*netns*' -o -path '*sandbox*' -o -path '*containers*' \\) -printf 'file %p\\n' 2>/dev/null
      ls /run/netns 2>/dev/null | sed 's/^/netns /'
      for d in /proc/[0-9]*; do
        [ "$d" = /proc/$$ ] || tr '\\0' ' ' <$d/cmdline 2>/dev/null | grep -E 'conmon|runc|causeway|sleep|httpd' \
          | sed -E 's/^/process /; s/[0-9a-f]{12,64}/ID/g'
      done
      true
      """
    let output = try await shell(script).succeeded()
    return HostSnapshot(lines: output.lines.filter { !$0.contains("bash -c") }.sorted())
  }
}
