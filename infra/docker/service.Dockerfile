# The host of one service: docker build --build-arg SERVICE=Inventory -f infra/docker/service.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG SERVICE
WORKDIR /source
COPY . .
RUN dotnet publish "services/${SERVICE}/Service/Distribution.${SERVICE}.Service.csproj" \
    --configuration Release --output /app --nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG SERVICE
ENV SERVICE=${SERVICE}
ENV ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
WORKDIR /app
COPY --chmod=755 infra/docker/answers.sh /usr/local/bin/answers
COPY --from=build /app .
USER $APP_UID
# The shell puts the service's name in and then makes way for it, so that it gets the signals.
ENTRYPOINT ["/bin/sh", "-c", "exec dotnet \"/app/Distribution.${SERVICE}.Service.dll\" \"$@\"", "service"]
