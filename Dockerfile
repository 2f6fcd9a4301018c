# Builds Moraine and runs it as an unprivileged user; the data directory is the volume /data.
#
#   docker build -t moraine .
#   docker run --rm -p 127.0.0.1:6333:6333 -v moraine-data:/data \
#     -e MORAINE_KAFKA_BOOTSTRAP_SERVERS=broker:9092 moraine

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -q -B -ntp -Dmaven.test.skip=true -pl server -am package \
    && mkdir -p /out/lib \
    && cp server/target/moraine-server.jar server/target/lib/*.jar /out/lib/ \
    && cp moraine LICENSE NOTICE /out/

FROM eclipse-temurin:25-jdk
RUN groupadd --system --gid 10001 moraine \
    && useradd --system --uid 10001 --gid moraine --home-dir /nonexistent moraine \
    && install -d -o moraine -g moraine /data
COPY --from=build /out /opt/moraine

# Beyond loopback because the container's own loopback is of no use; publish the port with care, or
# set MORAINE_HTTP_API_KEY, MORAINE_HTTP_TLS_CERTIFICATE and MORAINE_HTTP_TLS_KEY, and
# MORAINE_HTTP_ALLOW_ANONYMOUS=false and MORAINE_HTTP_ALLOW_PLAINTEXT=false.
ENV MORAINE_DATA_DIR=/data \
    MORAINE_HTTP_HOST=0.0.0.0 \
    MORAINE_HTTP_ALLOW_ANONYMOUS=true \
    MORAINE_HTTP_ALLOW_PLAINTEXT=true
USER 10001:10001
VOLUME /data
EXPOSE 6333
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=6 \
    CMD ["/opt/moraine/moraine", "health"]
ENTRYPOINT ["/opt/moraine/moraine"]
CMD ["serve"]
