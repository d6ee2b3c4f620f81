# The two commands are `make demo` and `make test`.

PREFIX ?= /usr/local
DESTDIR ?=
UNITDIR ?= $(PREFIX)/lib/systemd/system
PROGRAMS := causeway causewayd causeway-dataplane
RELEASE := .build/release

# Tests and the demo make namespaces: they need root.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -E env PATH="$$PATH")
SWIFTFLAGS ?=

.PHONY: all build release demo test test-crash compatibility lint format bench install uninstall clean dependencies

all: build

dependencies:
	@Scripts/install-dependencies

build: dependencies
	swift build $(SWIFTFLAGS)

# The Swift library is linked statically: the programs need no toolchain at run time and start faster. One pass builds all
# three programs.
release: dependencies
	CAUSEWAY_WITHOUT_TESTS=1 swift build -c release --static-swift-stdlib $(SWIFTFLAGS)

demo: release
	@$(SUDO) Scripts/demo

# The build also fails when a target imports a module that Package.swift does not give it: that keeps the layers.
test: dependencies
	swift build --build-tests --explicit-target-dependency-import-check error $(SWIFTFLAGS)
	@$(SUDO) Scripts/run-tests $(TESTFLAGS)

# Kills the engine KILLS times under load, and compares the host and the database with what clients were told.
KILLS ?= 1000
test-crash: dependencies
	swift build --build-tests $(SWIFTFLAGS)
	@$(SUDO) env CAUSEWAY_KILLS=$(KILLS) CAUSEWAY_SEED=$(or $(SEED),1) Scripts/run-tests --filter KillStormTests

# Writes docs/compatibility.md from the answers that the end-to-end tests got.
compatibility: dependencies
	swift build --build-tests $(SWIFTFLAGS)
	folder=$$(mktemp -d) && \
	{ $(SUDO) env CAUSEWAY_ROUTES=$$folder swift test --skip-build --no-parallel --filter EndToEndTests || true; } && \
	env CAUSEWAY_ROUTES_SEEN=$$folder CAUSEWAY_WRITE_PAGES=1 swift test --skip-build --filter CompatibilityPageTests && \
	rm -rf $$folder

lint:
	swift format lint --strict --parallel -r Package.swift Sources Tests

format:
	swift format -i --parallel -r Package.swift Sources Tests

bench: release
	@$(SUDO) Benchmarks/run
	@$(SUDO) Benchmarks/compose
	@$(SUDO) Benchmarks/growth
	@$(SUDO) Benchmarks/dns
	@$(SUDO) Benchmarks/traffic

# Built by whoever runs it: with a PREFIX of the system's run `make release` first and then `sudo make install`. With DOCKER=1
# the command is there under the name docker as well, unless another file has it.
install:
	@test -x $(RELEASE)/causeway -a -x $(RELEASE)/causewayd -a -x $(RELEASE)/causeway-dataplane || $(MAKE) release
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(UNITDIR)
	install -m 755 $(addprefix $(RELEASE)/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin
	@if [ -n "$(DOCKER)" ]; then \
	  link=$(DESTDIR)$(PREFIX)/bin/docker; \
	  if [ -e $$link ] && [ "$$(readlink $$link)" != causeway ]; then echo "$$link is not ours: left alone" >&2; exit 1; fi; \
	  ln -sfn causeway $$link; \
	fi
	sed 's,@BINDIR@,$(PREFIX)/bin,' packaging/causeway.service >$(DESTDIR)$(UNITDIR)/causeway.service
	install -m 644 packaging/causeway.socket $(DESTDIR)$(UNITDIR)/causeway.socket
	install -D -m 644 packaging/completions/causeway.bash \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/causeway
	install -D -m 644 packaging/completions/_causeway $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_causeway
	install -D -m 644 packaging/completions/causeway.fish \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/causeway.fish
	$(RELEASE)/causeway __manual $(DESTDIR)$(PREFIX)/share/man/man1
	@[ -n "$(DESTDIR)" ] || ! [ -d /run/systemd/system ] || systemctl daemon-reload

# State below /var/lib/causeway is left alone.
uninstall:
	@[ -n "$(DESTDIR)" ] || ! [ -d /run/systemd/system ] || systemctl disable --now causeway.socket causeway.service || true
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(PROGRAMS))
	[ "$$(readlink $(DESTDIR)$(PREFIX)/bin/docker)" != causeway ] || rm -f $(DESTDIR)$(PREFIX)/bin/docker
	rm -f $(DESTDIR)$(UNITDIR)/causeway.service $(DESTDIR)$(UNITDIR)/causeway.socket
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/causeway
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_causeway
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/causeway.fish
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/causeway.1 $(DESTDIR)$(PREFIX)/share/man/man1/causeway-*.1
	@[ -n "$(DESTDIR)" ] || ! [ -d /run/systemd/system ] || systemctl daemon-reload

clean:
	rm -rf .build
