extension Command {
  static var containerRestart: Command {
    stopCommand("restart", summary: "Restart one or more containers")
  }
}
