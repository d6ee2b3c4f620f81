/// Random container names: an adjective, and a person known for waterways, roads or networks.
enum NameChoice {
  static let adjectives = [
    "amber", "brave", "breezy", "bright", "calm", "candid", "clever", "cosy", "crisp", "curious", "dapper", "daring",
    "deft", "eager", "earnest", "fabled", "fearless", "frank", "gentle", "glad", "golden", "hardy", "hearty", "honest",
    "jolly", "keen", "kind", "lively", "lucid", "lucky", "merry", "mellow", "mindful", "modest", "nimble", "noble",
    "patient", "plucky", "polite", "proud", "quick", "quiet", "rapid", "rustic", "serene", "silent", "sincere", "sleek",
    "smooth", "snug", "spry", "steady", "sturdy", "subtle", "sunny", "swift", "tidy", "tranquil", "upbeat", "vivid",
    "warm", "wise", "witty", "zesty",
  ]

  static let people = [
    "bazalgette", "brindley", "brunel", "cerf", "clarke", "cousteau", "dias", "eads", "earhart", "eiffel", "ellet",
    "engelbart", "erlang", "estrin", "floyd", "frontinus", "gama", "germain", "hopper", "jacobson", "johnson", "kahn",
    "kleinrock", "lamarr", "lesseps", "leupold", "lovelace", "macadam", "magellan", "meitner", "metcalfe", "morse",
    "nansen", "nightingale", "noether", "perlman", "polo", "postel", "riquet", "roebling", "shannon", "smeaton",
    "steinmetz", "stephenson", "strauss", "telford", "tereshkova", "trevithick", "varda", "vauban", "vitruvius",
    "whipple", "wren", "yamazaki", "zheng", "zuse",
  ]

  /// - Parameter isTaken: whether a name is in use.
  static func make(
    isTaken: (String) -> Bool, using generator: inout some RandomNumberGenerator
  ) -> String {
    for attempt in 0... {
      let adjective = adjectives[Int.random(in: adjectives.indices, using: &generator)]
      let person = people[Int.random(in: people.indices, using: &generator)]
      let bound = attempt < 8 ? 0 : 10 << min(attempt - 8, 40)
      let name = "\(adjective)_\(person)" + (bound == 0 ? "" : "\(Int.random(in: 0..<bound, using: &generator))")
      if !isTaken(name) { return name }
    }
    preconditionFailure("the loop has no end")
  }
}
