import Hashing
import EngineAPI
import Testing

@testable import Compose

/// The requests to the engine.
@Suite struct ServiceContainerTests {
  private func body(_ text: String, _ name: String = "web", number: Int = 1) throws -> Wire.ContainerCreateBody {
    let project = try project(text, environment: ["TOKEN": "secret"])
    let service = try #require(project.service(name))
    return try ServiceContainer(project: project, service: service, number: number).body()
  }

  @Test func namesLabelsAndAliases() throws {
    let project = try project(
      "services: {web: {image: i, depends_on: {db: {condition: service_healthy}}}, db: {image: i}}\n")
    var container = ServiceContainer(project: project, service: try #require(project.service("web")), number: 2)
    container.imageID = "sha256:abc"
    #expect(container.name == "app-web-2")
    let body = try container.body()
    let labels = try #require(body.Config.Labels)
    #expect(labels["com.docker.compose.project"] == "app")
    #expect(labels["com.docker.compose.service"] == "web")
    #expect(labels["com.docker.compose.container-number"] == "2")
    #expect(labels["com.docker.compose.oneoff"] == "False")
    #expect(labels["com.docker.compose.image"] == "sha256:abc")
    #expect(labels["com.docker.compose.depends_on"] == "db:service_healthy:false")
    #expect(labels["com.docker.compose.project.config_files"] == "/app/compose.yaml")
    #expect(labels["com.docker.compose.project.working_dir"] == "/app")
    #expect(labels["com.docker.compose.config-hash"]?.utf8.count == 64)
    #expect(body.HostConfig.NetworkMode == "app_default")
    #expect(body.NetworkingConfig.EndpointsConfig["app_default"]?.Aliases == ["app-web-2", "web"])
  }

  @Test func networksAndTheirOrder() throws {
    let body = try body(
      """
      services:
        web:
          image: i
          mac_address: 02:00:00:00:00:01
          networks:
            back: {priority: 5, aliases: [w], ipv4_address: 10.9.0.5}
            front: {driver_opts: {a: 1}}
          links: ["db:sql"]
          external_links: [other]
        db: {image: i, scale: 2, networks: [back]}
      networks:
        front: {}
        back: {name: shared, ipam: {config: [{subnet: 10.9.0.0/24}]}}
      """)
    #expect(body.HostConfig.NetworkMode == "shared")
    let back = try #require(body.NetworkingConfig.EndpointsConfig["shared"])
    #expect(back.Aliases == ["app-web-1", "web", "w"])
    #expect(back.IPAMConfig?.IPv4Address == "10.9.0.5")
    #expect(back.MacAddress == "02:00:00:00:00:01")
    #expect(back.Links == ["app-db-1:sql", "app-db-2:sql", "other:other"])
    let front = try #require(body.NetworkingConfig.EndpointsConfig["app_front"])
    #expect(front.DriverOpts == ["a": "1"] && front.MacAddress.isEmpty)
  }

  @Test func sharedNamespaces() throws {
    let text =
      "services: {web: {image: i, network_mode: \"service:db\", pid: \"service:db\", ipc: host, volumes_from: [\"db:ro\"]}, db: {image: i}}\n"
    let body = try body(text)
    #expect(body.HostConfig.NetworkMode == "container:app-db-1")
    #expect(body.HostConfig.PidMode == "container:app-db-1")
    #expect(body.HostConfig.IpcMode == "host")
    #expect(body.HostConfig.VolumesFrom == ["app-db-1:ro"])
    #expect(body.NetworkingConfig.EndpointsConfig.isEmpty)
  }

  @Test func processAndHost() throws {
    let body = try body(
      """
      services:
        web:
          image: i
          command: []
          entrypoint: ["/e"]
          environment: {A: 1, B: , C: ""}
          hostname: h
          domainname: d.example
          user: "1:2"
          working_dir: /w
          tty: true
          stdin_open: true
          stop_signal: SIGINT
          stop_grace_period: 1m30s
          init: true
          read_only: true
          privileged: true
          cap_add: [NET_ADMIN]
          security_opt: [no-new-privileges]
          restart: on-failure:3
          dns: [9.9.9.9]
          extra_hosts: {a: 1.2.3.4, b: ["::1", 5.6.7.8]}
          ports: ["127.0.0.1:8080:80", 53/udp]
          expose: [9000]
          shm_size: 128m
          sysctls: {net.core.somaxconn: 10}
          ulimits: {nofile: {soft: 10, hard: 20}, nproc: 5}
          devices: ["/dev/null:/dev/zip:r"]
          tmpfs: ["/run:size=1m", /tmp]
          logging: {driver: json-file, options: {max-size: 1m, max-file: 3}}
          deploy: {resources: {limits: {cpus: "0.5", memory: 64M, pids: 9}, reservations: {memory: 32M}}}
          oom_score_adj: 100
      """)
    let config = body.Config
    #expect(config.Cmd?.values == [] && config.Entrypoint?.values == ["/e"])
    #expect(config.Env == ["A=1", "B", "C="])
    #expect(config.StopTimeout == 90 && config.StopSignal == "SIGINT")
    #expect(
      config.Tty && config.OpenStdin && config.Hostname == "h" && config.User == "1:2" && config.WorkingDir == "/w")
    #expect(Set((config.ExposedPorts ?? [:]).keys) == ["80/tcp", "53/udp", "9000/tcp"])
    let host = body.HostConfig
    #expect(host.PortBindings?["80/tcp"] == [Wire.PortBinding(HostIp: "127.0.0.1", HostPort: "8080")])
    #expect(host.PortBindings?["53/udp"] == [Wire.PortBinding()])
    #expect(host.RestartPolicy.Name == "on-failure" && host.RestartPolicy.MaximumRetryCount == 3)
    #expect(
      host.NanoCpus == 500_000_000 && host.Memory == 64 << 20 && host.MemoryReservation == 32 << 20
        && host.PidsLimit == 9)
    #expect(host.ExtraHosts == ["a:1.2.3.4", "b:::1", "b:5.6.7.8"])
    #expect(host.Ulimits.map(\.Soft) == [10, 5] && host.Ulimits.map(\.Hard) == [20, 5])
    #expect(host.Devices.first?.PathInContainer == "/dev/zip" && host.Devices.first?.CgroupPermissions == "r")
    #expect(host.Tmpfs == ["/run": "size=1m", "/tmp": ""])
    #expect(host.LogConfig.Config == ["max-size": "1m", "max-file": "3"])
    #expect(host.ShmSize == 128 << 20 && host.Init == true && host.ReadonlyRootfs && host.Privileged)
  }

  @Test func mounts() throws {
    let body = try body(
      """
      services:
        web:
          image: i
          volumes:
            - ./a:/a:ro
            - data:/d
            - /anonymous
            - {type: bind, source: /x, target: /x, bind: {create_host_path: false}}
            - {type: volume, source: kept, target: /k, volume: {subpath: s, nocopy: true}}
            - {type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0o1777}}
          secrets: [s, {source: s, target: /etc/token}]
          configs: [{source: c, target: /etc/c, mode: 0400, uid: "5"}, e]
      volumes: {data: {}, kept: {external: true, name: outside}}
      secrets: {s: {file: ./s.txt}}
      configs: {c: {content: "text"}, e: {environment: TOKEN}}
      """)
    #expect(body.HostConfig.Binds == ["/app/a:/a:ro", "app_data:/d:rw"])
    #expect(Array((body.Config.Volumes ?? [:]).keys) == ["/anonymous"])
    let mounts = try #require(body.HostConfig.Mounts)
    #expect(mounts.map(\.Target) == ["/x", "/k", "/t", "/run/secrets/s", "/etc/token"])
    #expect(mounts[0].BindOptions?.CreateMountpoint == false)
    #expect(mounts[1].Source == "outside" && mounts[1].VolumeOptions?.Subpath == "s")
    #expect(mounts[2].TmpfsOptions?.SizeBytes == 1 << 20 && mounts[2].TmpfsOptions?.Mode == 0o1777)
    #expect(mounts[3].Source == "/app/s.txt" && mounts[3].ReadOnly == true)
  }

  @Test func injectedFiles() throws {
    let project = try project(
      "services: {web: {image: i, configs: [{source: c, target: /etc/c, mode: 0400, uid: \"5\"}, e]}}\nconfigs: {c: {content: \"a $$b\"}, e: {environment: TOKEN}}\n",
      environment: ["TOKEN": "t"])
    let files = ServiceContainer(project: project, service: try #require(project.service("web")), number: 1)
      .injectedFiles
    #expect(files.map(\.path) == ["/etc/c", "/e"])
    #expect(files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a $b", "t"])
    #expect(files[0].mode == 0o400 && files[0].user == 5 && files[1].mode == 0o444)
  }

  @Test func theHashKnowsWhatMatters() throws {
    func hash(_ attributes: String) throws -> String {
      ConfigurationHash.of(
        try #require(try project("services: {web: {image: i\(attributes)}, db: {image: i}}\n").service("web")))
    }
    let plain = try hash("")
    for same in [
      ", scale: 3", ", depends_on: [db]", ", profiles: [p]", ", build: .", ", pull_policy: always", ", x-a: 1",
      ", deploy: {replicas: 2}", ", networks: [default]",
    ] {
      #expect(try same.hasPrefix(", deploy") || hash(same) == plain, "\(same)")
    }
    #expect(try hash(", deploy: {replicas: 2}") == hash(", deploy: {replicas: 5}"))
    for other in [", command: x", ", environment: [A=1]", ", ports: [80]", ", labels: {a: b}"] {
      #expect(try hash(other) != plain, "\(other)")
    }
    // FIPS 180-4's own examples.
    #expect(SHA256.hexadecimal(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hexadecimal([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
