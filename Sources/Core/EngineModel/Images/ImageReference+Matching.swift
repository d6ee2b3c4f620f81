import Glibc

extension ImageReference {
  /// Whether the short form, with or without its tag, matches a glob pattern in which wildcards do not match a slash:
  /// the `reference` filter of `docker images`.
  package func matches(_ pattern: String) -> Bool {
    fnmatch(pattern, familiar, FNM_PATHNAME) == 0 || fnmatch(pattern, familiarName, FNM_PATHNAME) == 0
  }
}
