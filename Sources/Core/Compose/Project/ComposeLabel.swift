/// Docker Compose's labels. With the same labels, Docker Compose and Causeway see each other's projects.
package enum ComposeLabel {
  package static let project = "com.docker.compose.project"
  package static let service = "com.docker.compose.service"
  package static let number = "com.docker.compose.container-number"
  package static let oneOff = "com.docker.compose.oneoff"
  package static let slug = "com.docker.compose.slug"
  package static let hash = "com.docker.compose.config-hash"
  package static let image = "com.docker.compose.image"
  package static let dependsOn = "com.docker.compose.depends_on"
  package static let files = "com.docker.compose.project.config_files"
  package static let workingDirectory = "com.docker.compose.project.working_dir"
  package static let environmentFile = "com.docker.compose.project.environment_file"
  package static let network = "com.docker.compose.network"
  package static let volume = "com.docker.compose.volume"
  package static let version = "com.docker.compose.version"
  package static let replace = "com.docker.compose.replace"

  /// The version of Docker Compose that the names and labels follow.
  package static let composeVersion = "2.39.2"
}
