# Builds with the classic builder, BuildKit and buildah. Where no public registry is reached, give
# base images of your own:
#   BUILD_IMAGE    glibc, a JDK 25 with jlink, Maven
#   RUNTIME_IMAGE  glibc and sh; wget and CA certificates are added with apt-get if it has none
ARG BUILD_IMAGE=maven:3-eclipse-temurin-25
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src

# Without any source file this fetches what Maven needs, into a layer that only a changed pom renews.
COPY .mvn .mvn/
COPY pom.xml ./
COPY registry-core/pom.xml registry-core/
COPY registry-testkit/pom.xml registry-testkit/
COPY storage-filesystem/pom.xml storage-filesystem/
COPY auth-htpasswd/pom.xml auth-htpasswd/
COPY auth-token/pom.xml auth-token/
COPY notifications/pom.xml notifications/
COPY config/pom.xml config/
COPY registry-server/pom.xml registry-server/
COPY benchmarks/pom.xml benchmarks/
COPY e2e/pom.xml e2e/
RUN mvn -B -ntp -q -pl registry-server -am -Dmaven.test.skip=true package

COPY . .
RUN mvn -B -ntp -q -pl registry-server -am -Dmaven.test.skip=true package \
 && cp -R registry-server/target/stowage /opt/stowage

# The runtime: what the server and its libraries use (XML and JNDI: Logback), outgoing HTTP, and what
# an operator needs to look into a running server (jcmd, flight recordings, agents).
RUN jdk=$(/opt/stowage/libexec/find-java --jdk) \
 && "$jdk/bin/jlink" --output /opt/stowage/runtime \
      --add-modules java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported \
      --strip-java-debug-attributes --no-header-files --no-man-pages \
# A start with options that the AOT cache doesn't fit takes the JDK's own archive.
 && /opt/stowage/runtime/bin/java -Xshare:dump >/dev/null \
# In the place where it will run, with the runtime that will run it: that is what a cache is tied to.
 && "$jdk/bin/java" tools/aot/Train.java /opt/stowage

RUN install -D -m 644 config/src/main/resources/io/stowage/registry/config/image.yml \
      /opt/stowage/share/config.yml \
 && install -D -m 755 image/entrypoint.sh /opt/stowage/share/entrypoint.sh \
 && install -D -m 755 image/htpasswd /opt/stowage/share/htpasswd


FROM ${RUNTIME_IMAGE}

# Compose files check health with wget, and proxies and notifications need to trust someone.
RUN if ! command -v wget >/dev/null || ! [ -s /etc/ssl/certs/ca-certificates.crt ]; then \
      apt-get update \
      && apt-get install -y --no-install-recommends ca-certificates wget \
      && rm -rf /var/lib/apt/lists/*; \
    fi

COPY --from=build /opt/stowage /opt/stowage
RUN mkdir -p /etc/docker/registry /etc/distribution /var/lib/registry \
 && cp /opt/stowage/share/config.yml /etc/docker/registry/config.yml \
 && cp /opt/stowage/share/config.yml /etc/distribution/config.yml \
 && ln -s /opt/stowage/share/entrypoint.sh /entrypoint.sh \
 && ln -s /opt/stowage/bin/registry /bin/registry \
 && ln -s /opt/stowage/share/htpasswd /bin/htpasswd

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Stowage" \
      org.opencontainers.image.description="A self-hosted OCI Distribution registry server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# As in registry:3's image: nobody is there to take traces unless somebody says so.
ENV OTEL_TRACES_EXPORTER=none
# Scripts call bin/registry in here.
WORKDIR /
VOLUME ["/var/lib/registry"]
EXPOSE 5000
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/etc/docker/registry/config.yml"]
