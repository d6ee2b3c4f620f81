import TestHosts
import Testing

/// The guides to Docker networks that people learn from: their commands in order, word for word, by Docker's own command
/// and by ours under its name, each with what the guide claims about it.
@Suite(.serialized) struct Seeds {
  @Suite(.serialized, .engineHost) struct Guide000 {
    @Test(.serialized, arguments: Lesson.Client.allCases, SpanishNetworks.steps)
    func step(_ client: Lesson.Client, _ step: Step) async throws { try await step.perform(Lesson(client)) }
  }

  @Suite(.serialized, .engineHost) struct Guide001 {
    // Compose is the same program for both.
    @Test(.serialized, arguments: [Lesson.Client.docker], SpanishCompose.steps)
    func step(_ client: Lesson.Client, _ step: Step) async throws {
      try await step.perform(Lesson(client, folder: "mi_humilde_proyecto"))
    }
  }

  @Suite(.serialized, .engineHost) struct Guide002 {
    @Test(.serialized, arguments: Lesson.Client.allCases, PortugueseNetworks.steps)
    func step(_ client: Lesson.Client, _ step: Step) async throws {
      try await step.perform(Lesson(client, folder: "flaskexterna"))
    }
  }

  @Suite(.serialized, .engineHost) struct Guide003 {
    @Test(.serialized, arguments: Lesson.Client.allCases, EnglishNetworks.steps)
    func step(_ client: Lesson.Client, _ step: Step) async throws { try await step.perform(Lesson(client)) }
  }

  @Suite(.serialized, .engineHost) struct Guide004 {
    @Test(.serialized, arguments: Lesson.Client.allCases, EnglishNetworking.steps)
    func step(_ client: Lesson.Client, _ step: Step) async throws { try await step.perform(Lesson(client)) }
  }
}
