/// Docker Compose's labels. With the same labels, Docker Compose and Causeway see each other's projects.
public enum ComposeLabel {
  public static let project = "com.docker.compose.project"
  public static let service = "com.docker.compose.service"
  public static let number = "com.docker.compose.container-number"
  public static let oneOff = "com.docker.compose.oneoff"
  public static let slug = "com.docker.compose.slug"
  public static let hash = "com.docker.compose.config-hash"
  public static let image = "com.docker.compose.image"
  public static let dependsOn = "com.docker.compose.depends_on"
  public static let files = "com.docker.compose.project.config_files"
  public static let workingDirectory = "com.docker.compose.project.working_dir"
  public static let environmentFile = "com.docker.compose.project.environment_file"
  public static let network = "com.docker.compose.network"
  public static let volume = "com.docker.compose.volume"
  public static let version = "com.docker.compose.version"
  public static let replace = "com.docker.compose.replace"

  /// The version of Docker Compose that the names and labels follow.
  public static let composeVersion = "2.39.2"
}
