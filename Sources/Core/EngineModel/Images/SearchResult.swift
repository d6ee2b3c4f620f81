/// A found repository.
package struct SearchResult: Sendable, Hashable {
  /// A name that can be pulled.
  package var name: String
  package var description: String
  package var stars: Int
  package var isOfficial: Bool

  package init(name: String, description: String = "", stars: Int = 0, isOfficial: Bool = false) {
    self.name = name
    self.description = description
    self.stars = stars
    self.isOfficial = isOfficial
  }
}
