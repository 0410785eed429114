# The workbench: makes the development signing key, tokens, and the demonstration's traffic.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish infra/local/Workbench/Distribution.Workbench.csproj \
    --configuration Release --output /app --nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# A volume mounted here takes over the owner, so that the key can be written without root.
RUN mkdir /keys && chown "$APP_UID" /keys
USER $APP_UID
ENTRYPOINT ["dotnet", "/app/Distribution.Workbench.dll"]
