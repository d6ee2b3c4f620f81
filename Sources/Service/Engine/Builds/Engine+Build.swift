package import EngineModel
import Images
import Kernel
import Runtime

/// A validated build.
package struct BuildJob: Sendable {
  let request: BuildRequest
  let context: BuildContext
  let plan: BuildPlan
}

extension Engine {
  /// Unpacks the context and reads the Dockerfile.
  ///
  /// - Throws: `invalidParameter` in Docker's words, with the line.
  package func prepareBuild(_ request: BuildRequest, context archive: ByteStream) async throws -> BuildJob {
    let store = try imageStore()
    _ = try Tool("buildah")
    for name in request.names {
      let reference = try ImageReference(name)
      guard reference.digest == nil else {
        throw EngineError(
          .invalidParameter, "invalid tag \"\(name)\": refusing to create a tag with a digest reference")
      }
    }
    try Self.checkPlatform(request)
    let context = try await store.buildContext(.stream(archive))
    let plan = try BuildPlan(
      dockerfile: try context.dockerfile(request.dockerfile), name: request.dockerfile, target: request.target,
      values: request.arguments, labels: request.labels)
    return BuildJob(request: request, context: context, plan: plan)
  }

  /// Builds an image. Cancelling the task ends the build and removes its traces.
  ///
  /// - Parameter show: gets the messages in order.
  /// - Returns: the image's id.
  /// - Throws: ``BuildFailure`` when a step fails.
  package func build(
    _ job: BuildJob, show: @escaping @Sendable (BuildMessage) async throws -> Void
  ) async throws -> String {
    let store = try imageStore()
    let request = job.request
    var bases: [String: StoredImage] = [:]
    for name in job.plan.images { bases[name] = try await base(name, request, store, show) }
    let sandbox = try await openBuildSandbox(request)
    let result: Result<StoredImage, any Error>
    do {
      let files = buildFiles(sandbox)
      var buildRequest = ImageBuildRequest(
        plan: job.plan, context: job.context, bases: bases, sandbox: sandbox.id,
        resolverConfiguration: files.resolverConfiguration, hosts: files.hosts,
        runtime: try runtimeProgram())
      buildRequest.checker = ownProgram() ?? ""
      buildRequest.systemCallFilter = try SeccompProfile.standardForTools.json()
      buildRequest.networkNamespace = try buildNamespace(sandbox)
      buildRequest.names = request.names
      buildRequest.arguments = request.arguments
      buildRequest.resources = request.resources
      buildRequest.controlGroupParent = request.controlGroupParent
      buildRequest.sharedMemory = request.sharedMemory
      buildRequest.usesCache = request.usesCache
      buildRequest.squashes = request.squashes
      result = .success(try await store.build(buildRequest) { try await show(.text($0)) })
    } catch {
      result = .failure(error)
    }
    await closeBuildSandbox(sandbox)
    let image = try result.get()
    for name in request.names {
      emit(.image, "tag", "\(image.id)", ["name": try ImageReference(name).withDefaultTag.familiar])
    }
    return "\(image.id)"
  }

  /// What Docker prints at the end of a successful build.
  package nonisolated func finalMessages(of job: BuildJob, _ id: String) throws -> [String] {
    var lines: [String] = []
    if !job.plan.unusedArguments.isEmpty {
      lines.append(
        "[Warning] One or more build-args [\(job.plan.unusedArguments.joined(separator: " "))] were not consumed\n")
    }
    lines.append("Successfully built \(Digest(id)?.short ?? id)\n")
    for name in job.request.names {
      lines.append("Successfully tagged \(try ImageReference(name).withDefaultTag.familiar)\n")
    }
    return lines
  }

  private static func checkPlatform(_ request: BuildRequest) throws(EngineError) {
    let own = "linux/\(Platform.architecture)"
    do throws(EngineError) {
      _ = try PlatformChoice(request.platform, host: own).warning(about: own, of: "")
    } catch {
      guard error.code == .notFound else { throw error }
      throw EngineError(.notImplemented, "building for \(request.platform ?? "") on \(own) is not implemented")
    }
  }

  /// A base image, which is pulled if it is missing.
  private func base(
    _ name: String, _ request: BuildRequest, _ store: ImageStore,
    _ show: @escaping @Sendable (BuildMessage) async throws -> Void
  ) async throws -> StoredImage {
    if !request.pulls {
      do {
        return try store.resolve(name)
      } catch {
        guard error.code == .notFound, Digest(name) == nil else { throw error }
      }
    }
    let reference = try ImageReference(name).withDefaultTag
    let pull = try await beginPull(reference, login: request.logins[reference.domain] ?? RegistryLogin())
    let (events, continuation) = AsyncStream.makeStream(of: TransferEvent.self)
    let work = Task {
      defer { continuation.finish() }
      let isNew = try await pullImage(pull) { continuation.yield($0) }
      continuation.yield(.outcome(isNew: isNew, pull.name))
    }
    try await withTaskCancellationHandler {
      for await event in events { try await show(.transfer(event)) }
      try await work.value
    } onCancel: {
      work.cancel()
    }
    return try store.resolve(name)
  }

  private func runtimeProgram() throws -> String {
    let name = try parts.runtime.defaultRuntime
    return try Tool(configuration.runtimes[name] ?? name).path
  }
}
