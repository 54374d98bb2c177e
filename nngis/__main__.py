"""`python -m nngis` is the command `nngis`, for machines whose PATH does not name its folder."""

from nngis.cli.app import main

if __name__ == "__main__":
    main()
