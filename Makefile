# `make` lists the targets. Needs Maven 3.8.7 or newer and a JDK 25 or newer somewhere: in JAVA_HOME,
# on the PATH, or where packages and installers put one. The default `java` may be older.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

DIST     := registry-server/target/stowage
LAUNCHER := $(DIST)/bin/registry
BUILT    := registry-server/target/.built
CACHE    := $(DIST)/lib/stowage.aot

JDK = $(or $(shell registry-server/src/main/dist/libexec/find-java --jdk),$(error no JDK to build with))
# Maven runs on the same JDK, and its libraries use sun.misc.Unsafe, which JDK 24 and newer warn about.
MVN = JAVA_HOME='$(JDK)' MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow $$MAVEN_OPTS" mvn -B -ntp -Dstyle.color=never
# Of an ordinary run only the warnings and the lines that count tests.
TEST_LINES_ONLY := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire=info \
  -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.failsafe=info \
  -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugins.dependency=error

SERVER_MODULES := registry-core storage-filesystem auth-htpasswd auth-token notifications config registry-server
# Folders count too: their times tell of files that are gone.
SOURCES := pom.xml $(wildcard */pom.xml) \
  $(shell find $(SERVER_MODULES:%=%/src/main) 2>/dev/null)

# The time for each target of generated input, and its seed: empty for the usual one and a new one.
FUZZ_SECONDS ?= 60
FUZZ_SEED ?=

DOCKER ?= docker
IMAGE ?= stowage:latest
# Arguments for the image build, for example
# IMAGE_ARGS='--build-arg BUILD_IMAGE=my-jdk --build-arg RUNTIME_IMAGE=my-base'.
IMAGE_ARGS ?=
VERSION  := $(shell sed -n 's:.*<revision>\(.*\)</revision>.*:\1:p' pom.xml)
REVISION := $(shell git rev-parse HEAD 2>/dev/null)

.PHONY: help run test check lint fmt package conformance e2e dropin faults fuzz bench bench-smoke \
  bench-parts bench-auth image clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r target text; do printf '  make %-12s %s\n' "$$target" "$$text"; done

run: $(BUILT) ## build if needed and start a registry on port 5000 with its data in ./data
	@exec $(LAUNCHER) serve

test: ## run the whole test suite
	@rm -f */target/fuzz/*.figures
	@$(MVN) $(TEST_LINES_ONLY) verify
	@tools/fuzz-figures

fuzz: ## run generated input for longer (FUZZ_SECONDS=60 for each target, FUZZ_SEED= to do it again)
	@rm -f */target/fuzz/*.figures
	@$(MVN) $(TEST_LINES_ONLY) test -pl '!benchmarks,!e2e' -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfuzz.seconds=$(FUZZ_SECONDS) -Dfuzz.seed=$(FUZZ_SEED)
	@tools/fuzz-figures

check: ## check the format, compile with all checks, run the unit tests
	@$(MVN) -q spotless:check test

lint: ## check the format of the sources
	@$(MVN) -q spotless:check

fmt: ## format the sources
	@$(MVN) -q spotless:apply

package: $(CACHE) ## make the folder registry-server/target/stowage: bin/registry, lib/, AOT cache

conformance: $(CACHE) ## run the official conformance suite against the packaged server
	@tools/conformance

e2e: $(CACHE) ## run real clients against the packaged server and the image
	@tools/e2e

dropin: $(CACHE) ## compare the packaged server with registry:2 and registry:3
	@tools/dropin

faults: $(CACHE) ## kill the packaged server, cut its power, fill its disk: is all there? (root; LONG=1: hours)
	@tools/faults

BENCHMARKS := benchmarks/target/benchmarks.jar

bench: $(CACHE) $(BENCHMARKS) ## compare with registry:2, registry:3 and nginx, into docs/performance.md (root, 30 min)
	@tools/bench --write docs/performance.md

bench-smoke: $(CACHE) $(BENCHMARKS) ## the same in a few minutes: has a ratio fallen far under its bar? (root)
	@tools/bench --smoke

bench-parts: $(BENCHMARKS) ## measure the inner parts of a request with JMH
	@'$(JDK)/bin/java' -jar $(BENCHMARKS)

bench-auth: $(CACHE) ## measure requests per second with and without authentication
	@tools/bench-auth

image: ## build the container image (IMAGE=name:tag, IMAGE_ARGS='--build-arg ...')
	@$(DOCKER) build -t $(IMAGE) --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) $(IMAGE_ARGS) .

clean: ## remove everything that was built; ./data stays
	@rm -rf $(foreach pom,pom.xml $(wildcard */pom.xml),$(dir $(pom))target)

$(BUILT): $(SOURCES)
	@echo 'building $(DIST)' >&2
	@rm -rf $(DIST)
	@$(MVN) -q -pl registry-server -am -Dmaven.test.skip=true package >&2
	@touch $@

$(BENCHMARKS): $(BUILT) $(shell find benchmarks/src/main 2>/dev/null)
	@$(MVN) -q -pl benchmarks -am -Dmaven.test.skip=true package >&2
	@touch $@

$(CACHE): $(BUILT) tools/aot/Train.java
	@'$(JDK)/bin/java' tools/aot/Train.java $(DIST)
