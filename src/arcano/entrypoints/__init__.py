"""Where everything is put together: settings, wiring, web, command line. Imports all, imported by none."""
