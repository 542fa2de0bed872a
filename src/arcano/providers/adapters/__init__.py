"""The only home of vendors' wire formats. One module per format; nothing vendor-specific leaves."""
