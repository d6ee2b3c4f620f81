import TestHosts

/// Archives that end early, have wrong sizes, or try to leave the folder that they are unpacked in.
enum HostileArchives {
  static var all: [HostileRequest] { imports + loads }

  private static func tar(_ build: (inout TestArchive) -> Void) -> [UInt8] { TestArchive(build).finished }

  private static func importing(
    _ what: String, _ bytes: [UInt8], _ statuses: Set<Int> = [400, 500], _ says: String = "\"message\"",
    truncated: Bool = false
  ) -> HostileRequest {
    .upload("import: \(what)", "/images/create?fromSrc=-&repo=evil", bytes, statuses, says, truncated: truncated)
  }

  private static func loading(
    _ what: String, _ bytes: [UInt8], _ statuses: Set<Int> = [400, 500], _ says: String = "\"message\"",
    truncated: Bool = false
  ) -> HostileRequest {
    .upload("load: \(what)", "/images/load", bytes, statuses, says, truncated: truncated)
  }

  /// Patches a header and corrects its checksum.
  private static func patched(_ bytes: [UInt8], at offset: Int, _ new: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for (index, byte) in new.enumerated() { bytes[offset + index] = byte }
    for index in 148..<156 { bytes[index] = 0x20 }
    let sum = String(bytes[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
    for (index, byte) in (String(repeating: "0", count: 6 - sum.count) + sum).utf8.enumerated() {
      bytes[148 + index] = byte
    }
    bytes[154] = 0
    return bytes
  }

  private static let one = tar { $0.add("file", .file, String(repeating: "x", count: 3000)) }

  static let imports: [HostileRequest] = [
    importing("noise", (0..<100_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }),
    importing("text", Array("this is not an archive\n".utf8)),
    importing("cut in a header", Array(one[..<300])),
    importing("cut in a file", Array(one[..<1500])),
    importing("upload that stops", Array(one[..<1024]), truncated: true),
    importing("wrong checksum", one.enumerated().map { $0.offset == 10 ? 0x41 : $0.element }),
    importing(
      "file of eight gigabytes that is not there", tar { $0.add("file", .file, "x", claimedSize: 8_000_000_000) }),
    importing("size below zero", patched(one, at: 124, [UInt8](repeating: 0xFF, count: 12))),
    importing(
      "size of eight exabytes", patched(one, at: 124, [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7))),
    importing("size that is no number", patched(one, at: 124, Array("zzzzzzzzzzz".utf8))),
    importing("out by dots", tar { $0.add("../../../../evil", .file, "x") }, [400, 500]),
    importing("out by dots further in", tar { $0.add("a/b/../../../evil", .file, "x") }, [400, 500]),
    importing("folder of dots", tar { $0.add("../evil", .folder) }, [400, 500]),
    importing(
      "out through a link",
      tar {
        $0.add("way", .symbolicLink, link: "/tmp"); $0.add("way/evil", .file, "x")
      }, [400, 500]),
    importing(
      "out through a link of dots",
      tar {
        $0.add("way", .symbolicLink, link: "../../../../../../tmp"); $0.add("way/evil", .file, "x")
      }, [400, 500]),
    importing("hard link to the host's file", tar { $0.add("way", .hardLink, link: "/etc/hostname") }, [400, 500]),
    importing("hard link out by dots", tar { $0.add("way", .hardLink, link: "../../../../etc/hostname") }, [400, 500]),
    importing("hard link to nothing", tar { $0.add("way", .hardLink, link: "nothing") }, [400, 500]),
    importing(
      "path beyond all paths", tar { $0.add(String(repeating: "d/", count: 5000) + "x", .file, "x") }, [400, 500]),
    importing("name beyond all names", tar { $0.add(String(repeating: "n", count: 5000), .file, "x") }, [400, 500]),
    importing(
      "file and folder at once",
      tar {
        $0.add("a", .file, "x"); $0.add("a/b", .file, "x")
      }, [400, 500]),
    importing(
      "compressed noise", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 97) }),
    importing("compressed and cut", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]),
    importing("another compression's mark", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0] + [UInt8](repeating: 7, count: 500)),
    .upload("import: to a broken name", "/images/create?fromSrc=-&repo=UPPER", one, [400], "invalid reference format"),
    .upload("import: with a broken change", "/images/create?fromSrc=-&changes=FLY%20away", one, [400]),
    .upload("import: with a change that runs", "/images/create?fromSrc=-&changes=RUN%20reboot", one, [400]),
  ]

  private static func manifest(_ text: String, _ more: (inout TestArchive) -> Void = { _ in }) -> [UInt8] {
    tar {
      more(&$0)
      $0.add("manifest.json", .file, text)
    }
  }

  static let loads: [HostileRequest] = [
    loading("nothing", []),
    loading("noise", (0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* 40_503) >> 5) }),
    loading("no manifest", one),
    loading("upload that stops", Array(manifest("[]")[..<700]), truncated: true),
    loading("manifest of nothing", manifest("")),
    loading("manifest that is no JSON", manifest("hello")),
    loading("manifest that is an object", manifest("{}")),
    loading("manifest that is deep", manifest(String(repeating: "[", count: 200_000))),
    loading("manifest without a configuration", manifest(#"[{"Layers":[]}]"#)),
    loading("configuration that is missing", manifest(#"[{"Config":"x.json","RepoTags":["evil:1"],"Layers":[]}]"#)),
    loading(
      "configuration out by dots", manifest(#"[{"Config":"../../../../etc/passwd","RepoTags":["evil:1"],"Layers":[]}]"#)
    ),
    loading(
      "configuration at an absolute path", manifest(#"[{"Config":"/etc/passwd","RepoTags":["evil:1"],"Layers":[]}]"#)),
    loading(
      "configuration that is a link out",
      manifest(#"[{"Config":"c.json","RepoTags":["evil:1"],"Layers":[]}]"#) {
        $0.add("c.json", .symbolicLink, link: "/etc/passwd")
      }),
    loading(
      "layer that is a link out",
      manifest(#"[{"Config":"c.json","RepoTags":["evil:1"],"Layers":["l.tar"]}]"#) {
        $0.add(
          "c.json", .file,
          #"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:\#(String(repeating: "0", count: 64))"]}}"#
        )
        $0.add("l.tar", .symbolicLink, link: "/etc/passwd")
      }),
    loading(
      "layer of another digest",
      manifest(#"[{"Config":"c.json","RepoTags":["evil:1"],"Layers":["l.tar"]}]"#) {
        $0.add(
          "c.json", .file,
          #"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:\#(String(repeating: "0", count: 64))"]}}"#
        )
        $0.add("l.tar", .file, "x")
      }),
    loading(
      "fewer layers than promised",
      manifest(#"[{"Config":"c.json","RepoTags":["evil:1"],"Layers":[]}]"#) {
        $0.add(
          "c.json", .file,
          #"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:\#(String(repeating: "0", count: 64))"]}}"#
        )
      }),
    loading(
      "configuration of another shape",
      manifest(#"[{"Config":"c.json","RepoTags":["evil:1"],"Layers":[]}]"#) { $0.add("c.json", .file, "[1,2,3]") }),
    loading(
      "broken name",
      manifest(#"[{"Config":"c.json","RepoTags":["UPPER CASE"],"Layers":[]}]"#) {
        $0.add("c.json", .file, #"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}"#)
      }),
    loading("layout without an index", tar { $0.add("oci-layout", .file, #"{"imageLayoutVersion":"1.0.0"}"#) }),
    loading(
      "index that points out",
      tar {
        $0.add("oci-layout", .file, #"{"imageLayoutVersion":"1.0.0"}"#)
        $0.add(
          "index.json", .file,
          #"{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:../../../../etc/passwd","size":10}]}"#
        )
      }),
  ]
}
