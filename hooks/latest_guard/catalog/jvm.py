"""Image builds of Maven, Gradle and sbt, and .NET: jib, Spring Boot, Quarkus, by the properties on the command line.

https://github.com/GoogleContainerTools/jib, https://docs.spring.io/spring-boot/maven-plugin/build-image.html,
https://quarkus.io/guides/container-image
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Effect, Form, Mover, Target
from latest_guard.catalog.images import condition, pushed
from latest_guard.catalog.strings import split, veiled, words
from latest_guard.values import plain, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

TOOLS = ("mvn", "mvnw", "mvnd", "gradle", "gradlew", "mvn.cmd", "gradlew.bat")
VALUED = options(
    "-f --file -pl --projects -P --activate-profiles -s --settings -T -l -p --project-dir -x --exclude-task -b --imageName -I --init-script"
)


def _properties(arguments: Arguments) -> dict[str, Str]:
    """`-Dname=value` and `-Pname=value`; one without a value is true."""
    return {name[2:]: text("true") if value is None else value for name, value in arguments.options if name[:2] in ("-D", "-P")}


def _tasks(arguments: Arguments) -> list[str]:
    return [veiled(word).rpartition(":")[2] if veiled(word).startswith(":") else veiled(word) for word in arguments.positionals]


def _jib(arguments: Arguments) -> Sequence[Target]:
    tasks = _tasks(arguments)
    if not any(task in ("jib", "jib:build") or (":jib-maven-plugin:" in task and task.endswith(":build")) for task in tasks):
        return ()
    return _to(_properties(arguments), arguments)


def _to(given: dict[str, Str], arguments: Arguments) -> Sequence[Target]:
    image = given.get("jib.to.image") or given.get("image") or arguments.value("--image")
    tags = split(given.get("jib.to.tags", ()), ",")
    name = plain(image or ()) or ""
    return [*pushed([image] if image else []), *(Target(tag, Form.TAG, repository=name) for tag in tags)]


def _spring(arguments: Arguments) -> Sequence[Target]:
    given, tasks = _properties(arguments), _tasks(arguments)
    if not any(task.startswith("spring-boot:build-image") or task == "bootBuildImage" for task in tasks):
        return ()
    image = given.get("spring-boot.build-image.imageName") or arguments.value("--imageName")
    publish = arguments.flag("--publishImage") or given.get("spring-boot.build-image.publish")
    only_if = condition(publish)
    names = [image] if image else []
    return pushed(names, Effect.NAME) if only_if is None else pushed(names, only_if=only_if)


def _quarkus(arguments: Arguments) -> Sequence[Target]:
    given = _properties(arguments)
    only_if = condition(given.get("quarkus.container-image.push"))
    if only_if is None:
        return ()
    if "quarkus.container-image.image" in given:
        return pushed([given["quarkus.container-image.image"]], only_if=only_if)
    tags = words([given[key] for key in ("quarkus.container-image.tag", "quarkus.container-image.additional-tags") if key in given])
    return [Target(tag, Form.TAG, only_if=only_if) for tag in tags]


def _dotnet(arguments: Arguments) -> Sequence[Target]:
    """https://learn.microsoft.com/dotnet/core/containers/publish-configuration"""
    asked = [veiled(word) for word in arguments.words]
    if not any("PublishContainer" in word for word in asked):
        return ()
    tags: list[Str] = []
    for name, value in arguments.options:
        if value is not None and name in ("-p:ContainerImageTags", "/p:ContainerImageTags", "-p:ContainerImageTag", "/p:ContainerImageTag"):
            tags += split(value, ";\"'")
    return [Target(tag, Form.TAG) for tag in tags]


MOVERS = (
    Mover(
        "jib",
        "docker",
        TOOLS,
        (),
        _jib,
        VALUED,
        examples=(
            "mvn compile jib:build -Djib.to.image=o/r -Djib.to.tags=latest,$V",
            "./gradlew jib --image=o/r:latest",
            "./gradlew :app:jib -Djib.to.tags=latest",
        ),
        counters=("mvn jib:dockerBuild -Djib.to.image=o/r", "mvn package", "./gradlew jib"),
    ),
    Mover(
        "spring-boot:build-image",
        "docker",
        TOOLS,
        (),
        _spring,
        VALUED,
        examples=(
            "mvn spring-boot:build-image -Dspring-boot.build-image.imageName=o/r:latest -Dspring-boot.build-image.publish=true",
            "./gradlew bootBuildImage --imageName=o/r:latest --publishImage",
        ),
        counters=("mvn spring-boot:run", "./gradlew bootBuildImage"),
    ),
    Mover(
        "quarkus container image",
        "docker",
        TOOLS,
        (),
        _quarkus,
        VALUED,
        examples=(
            "./mvnw package -Dquarkus.container-image.push=true -Dquarkus.container-image.additional-tags=latest",
            "mvn package -Dquarkus.container-image.push=$P -Dquarkus.container-image.image=o/r:latest",
        ),
        counters=(
            "mvn package -Dquarkus.container-image.tag=latest",
            "mvn package -Dquarkus.container-image.push=false -Dquarkus.container-image.tag=latest",
        ),
    ),
    Mover(
        "dotnet publish",
        "docker",
        ("dotnet",),
        ("publish",),
        _dotnet,
        options("-c --configuration -r --runtime -o --output -f --framework -a --arch --os"),
        examples=("dotnet publish -t:PublishContainer -p:ContainerImageTags=1.27.4;latest".replace(";", "\\;"),),
        counters=("dotnet publish -c Release", "dotnet publish -p:ContainerImageTag=latest"),
    ),
)
