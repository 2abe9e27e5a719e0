"""What the site carries of each wheel, of Python's standard library and of our own package, as patterns of paths.

A test inside Pyodide fails when something is missing here that the unit tests need.
"""

from __future__ import annotations

STDLIB = "python_stdlib.zip"

NEVER = "*.pyi *.pxd *.pyx *.h */tests/* */py.typed *.dist-info/entry_points.txt".split()

DROP = {
    "numpy": """
        numpy/_configtool.py numpy/conftest.py numpy/matlib.py numpy/_pyinstaller/* numpy/char/* numpy/core/*
        numpy/ctypeslib/* numpy/doc/* numpy/f2py/* numpy/fft/* numpy/polynomial/* numpy/random/* numpy/rec/*
        numpy/strings/* numpy/testing/* numpy/_core/*_tests.* numpy/_core/_simd.* numpy/_core/include/*
        numpy/_core/lib/* numpy/_core/strings.py numpy/_core/defchararray.py numpy/_core/cversions.py
        numpy/_utils/_pep440.py numpy/lib/recfunctions.py numpy/lib/*user_array* numpy/linalg/lapack_lite.*
        numpy/ma/mrecords.py numpy/ma/testutils.py numpy/ma/timer_comparison.py
        numpy/typing/mypy_plugin.py
    """.split(),
    STDLIB: """
        */__main__.py asyncio/proactor_events.py asyncio/tools.py asyncio/windows_*.py email/_header_value_parser.py
        email/contentmanager.py email/generator.py email/headerregistry.py email/mime/* email/policy.py
        importlib/metadata/diagnose.py json/tool.py pyodide/_nodesock_transport.py pyodide/console.py
    """.split(),
}
"""numpy.ma stays: `np.unique` and so the percentiles need it."""

EMPTY = (
    *("numpy/_core/_add_newdocs.py", "numpy/_core/_add_newdocs_scalars.py"),
    *("pydicom/examples/__init__.py", "nibabel/__init__.py"),
)
"""Modules that only write docstrings, name examples that are not carried, or import every format there is."""

INSTEAD = {
    "pydicom/_private_dict.py": b"private_dictionaries = {}\n",
    "html/entities.py": b"html5 = {}\n",
    "urllib/request.py": b"",
}
"""What stands in for large modules: makers' private elements of DICOM files are not read, and no page of an index of
packages is; pydicom and nibabel import urllib.request for downloads that are never asked for."""

KEEP = {
    "imagecodecs": "__init__.py _imagecodecs.py imagecodecs.py _shared.* _imcd.* _jpeg8.*".split(),
    "imagecodecs-more": """
        _ccitt.* _deflate.* _jpeg2k.* _jpegls.* _lerc.* _ljpeg.* _lzma.* _png.* _zlib.* _zstd.*
    """.split(),
    "pillow-more": "CurImagePlugin.py IcoImagePlugin.py PcxImagePlugin.py SgiImagePlugin.py TgaImagePlugin.py".split(),
    "tifffile": "__init__.py tifffile.py".split(),
    "pydicom": """
        __init__.py _dicom_dict.py _private_dict.py _uid_dict.py _version.py charset.py config.py data/*.py datadict.py
        dataelem.py dataset.py encaps.py errors.py examples/__init__.py filebase.py filereader.py fileutil.py
        filewriter.py hooks.py jsonrep.py misc.py multival.py pixel_data_handlers/*.py pixels/*.py
        pixels/decoders/*.py pixels/encoders/*.py sequence.py tag.py uid.py util/__init__.py util/hexutil.py
        valuerep.py values.py waveforms/*.py
    """.split(),
    "nibabel": """
        __init__.py _compression.py _typing.py _version.py affines.py analyze.py arrayproxy.py arraywriters.py
        batteryrunners.py casting.py dataobj_images.py deprecated.py deprecator.py externals/__init__.py
        externals/oset.py filebasedimages.py fileholders.py filename_parser.py fileslice.py imageglobals.py nifti1.py
        nifti2.py openers.py optpkg.py orientations.py pkg_info.py quaternions.py spatialimages.py spm99analyze.py
        tripwire.py viewers.py volumeutils.py wrapstruct.py
    """.split(),
    "pillow": """
        __init__.py _binary.py _deprecate.py _typing.py _util.py _version.py features.py _imaging.cpython*
        _imagingft.* _imagingmath.* _webp.* ExifTags.py TiffTags.py GimpGradientFile.py GimpPaletteFile.py
        PaletteFile.py JpegPresets.py Image.py ImageChops.py ImageColor.py ImageDraw.py ImageFile.py
        ImageFilter.py ImageFont.py ImageMath.py ImageMode.py ImageOps.py ImagePalette.py ImageSequence.py
        ImageText.py BmpImagePlugin.py GifImagePlugin.py JpegImagePlugin.py MpoImagePlugin.py PngImagePlugin.py
        TiffImagePlugin.py WebPImagePlugin.py
    """.split(),
}
"""Of these wheels only this, below the package's own folder. TIFF is there because EXIF is read with it."""

OWN_NEVER = """
    __main__.py _packs/* analyse_file.py archive.py bridge/_native.py cli.py crop_files.py files.py names.py
    predict_*.py progress.py zip_directory.py
""".split()
"""Of our own package: what only the command line and CPython use."""

OWN_PARTS = {
    "insitu-readers": """
        decode/dicom.py decode/dicom_codecs.py decode/dicom_metadata.py decode/dicom_native.py decode/dicom_place.py
        decode/dicom_plain.py decode/dicom_source.py decode/dicom_values.py decode/jpeg2000*.py decode/nifti.py
        decode/place.py decode/pnm.py decode/qoi.py decode/rare.py decode/tiff*.py volume/dicom_crop.py
        volume/nifti_head.py
    """.split(),
    "insitu-more": """
        encode/coco.py encode/geojson.py encode/imagej_roi.py encode/label_tiff.py encode/objects_table.py objects/*
        postprocess/section.py postprocess/votes.py volume/* deliver.py hounsfield.py objects_wire.py
        render_objects.py resample.py segmentation.py signal.py tiles.py worker_objects.py worker_scan_files.py
        worker_volumes.py
    """.split(),
}
"""What of it travels in wheels of its own, the first that fits: what reads rare files and is loaded with the wheels
that it needs, and what only packs need that find objects or look through scans."""

SOURCE = ("micropip", "packaging")
"""Wheels that the page never loads; byte code would be larger."""

STDLIB_COMPILED = """
    _pyodide/* asyncio/* collections/* compression/* concurrent/__init__.py concurrent/futures/__init__.py
    concurrent/futures/_base.py ctypes/__init__.py ctypes/_endian.py email/__init__.py encodings/__init__.py
    encodings/aliases.py encodings/ascii.py encodings/big5*.py encodings/charmap.py encodings/cp125*.py
    encodings/cp437.py encodings/cp874.py encodings/cp9*.py encodings/euc_*.py encodings/gb*.py encodings/hz.py
    encodings/iso*.py encodings/johab.py encodings/koi8_[ru].py encodings/latin_1.py
    encodings/raw_unicode_escape.py encodings/shift_jis*.py encodings/tis_620.py encodings/unicode_escape.py
    encodings/utf_*.py importlib/__init__.py importlib/_abc.py importlib/abc.py
    importlib/metadata/* json/* logging/__init__.py pathlib/__init__.py pathlib/_os.py pyodide/* re/* string/*
    sysconfig/__init__.py zipfile/__init__.py zipfile/_path/* __future__.py _colorize.py _compat_pickle.py
    _opcode_metadata.py _py_warnings.py _pylong.py _ssl.py _weakrefset.py annotationlib.py ast.py base64.py
    bisect.py bz2.py codeop.py contextlib.py contextvars.py copy.py copyreg.py csv.py dataclasses.py datetime.py
    dis.py enum.py fnmatch.py fractions.py functools.py glob.py hashlib.py heapq.py inspect.py keyword.py
    linecache.py locale.py lzma.py numbers.py opcode.py operator.py pickle.py platform.py random.py reprlib.py
    selectors.py shutil.py signal.py socket.py ssl.py struct.py subprocess.py tarfile.py tempfile.py textwrap.py
    threading.py token.py tokenize.py traceback.py types.py typing.py warnings.py weakref.py
""".split()
"""What an engine imports of the standard library as it starts, and encodings: those that DICOM names, and those that
are found in its place."""

STDLIB_SOURCE = """
    concurrent/futures/thread.py ctypes/_layout.py email/* html/* urllib/__init__.py urllib/error.py
    urllib/parse.py urllib/request.py urllib/response.py xml/__init__.py xml/etree/ElementPath.py
    xml/etree/ElementTree.py xml/etree/__init__.py xml/parsers/* _markupbase.py _strptime.py _sysconfigdata_*
    calendar.py colorsys.py decimal.py gzip.py hmac.py ipaddress.py queue.py quopri.py secrets.py uuid.py
""".split()
"""What readers, files to take away and rare values import of it later; as source it is smaller.

Nothing else of the standard library is carried. Some of it is frozen into the interpreter (`os`, `io`), and of what
the modules above import besides, tests/helpers/never_reached.py says why no engine gets there.
"""
