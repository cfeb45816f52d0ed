"""docker buildx bake: what its files build and push, on values that are known in part.

Source of the rules: https://docs.docker.com/build/bake/reference/ and https://docs.docker.com/reference/cli/docker/buildx/bake/.
"""
