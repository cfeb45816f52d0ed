"""Build tools whose files say which images and packages a command publishes: Gradle, Maven, sbt, Earthly, compose, semantic-release."""
