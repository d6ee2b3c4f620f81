extension Engine {
  public func information() async -> EngineInformation { EngineInformation() }
}
