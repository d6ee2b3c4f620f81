import EngineAPI

/// Text in double quotes, as messages have it.
func quoted(_ text: some StringProtocol) -> String { text.inDoubleQuotes }
