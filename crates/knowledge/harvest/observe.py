"""Make objects with the libraries of this environment, pickle them, and note how each global is used.

    python observe.py observed.json

Only pickles made here are looked at, and none is loaded. What a library does
not have is skipped, so one script serves old and new versions alike.
"""

import io
import json
import pickle
import sys
import traceback
import types
import warnings

warnings.filterwarnings("ignore")

from walk import Walk  # noqa: E402

SEEN = Walk()
FAILED = []
MAKERS = []
VERSIONS = {"python": "%d.%d" % sys.version_info[:2]}


def maker(function):
    MAKERS.append(function)
    return function


def feed(label, value):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            data = pickle.dumps(value, protocol)
        except Exception as error:
            FAILED.append("%s p%d: %r" % (label, protocol, error))
            continue
        walk(label, data)
    for other in (with_cloudpickle, with_joblib):
        try:
            data = other(value)
        except Exception:
            continue
        if data:
            walk(label, data)


def walk(label, data):
    try:
        SEEN.run(data)
    except Exception as error:
        FAILED.append("%s walk: %r" % (label, error))


def with_cloudpickle(value):
    try:
        import cloudpickle
    except ImportError:
        return None
    VERSIONS["cloudpickle"] = cloudpickle.__version__
    trial = cloudpickle.dumps(value)
    # Code carried by value is what the list must never hold.
    return None if b"_builtin_type" in trial or b"_make_" in trial or b"_fill_function" in trial else trial


def with_joblib(value):
    """joblib's stream without the raw array bytes that it puts between opcodes."""
    try:
        import joblib
        from joblib import numpy_pickle
    except ImportError:
        return None
    VERSIONS["joblib"] = joblib.__version__
    numpy_pickle.NumpyArrayWrapper.write_array = lambda self, array, pickler: None
    out = io.BytesIO()
    numpy_pickle.NumpyPickler(out, protocol=4).dump(value)
    return out.getvalue()


def each(pairs):
    for label, make in pairs:
        try:
            value = make()
        except Exception as error:
            FAILED.append("%s make: %r" % (label, error))
            continue
        feed(label, value)


def optional(package, names):
    """Import what this version of a package has."""
    for name in names.split():
        try:
            __import__(package + "." + name)
        except ImportError as error:
            FAILED.append("%s.%s: %r" % (package, name, error))


@maker
def stdlib():
    import argparse, array, collections, datetime, decimal, enum, fractions, ipaddress, pathlib, random, re, uuid
    import http, operator, string, logging, email.message, time, inspect

    utc = datetime.timezone.utc
    now = datetime.datetime(2020, 1, 2, 3, 4, 5, 6)
    counted = collections.Counter("hello")
    ordered = collections.OrderedDict(a=1, b=2)
    nested = collections.defaultdict(list, a=[1])
    values = [
        now, now.replace(tzinfo=utc), now.date(), now.time(), now.time().replace(tzinfo=utc), datetime.timedelta(1, 2, 3),
        utc, datetime.timezone(datetime.timedelta(hours=2)), datetime.timezone(datetime.timedelta(hours=2), "X"),
        decimal.Decimal("1.5"), decimal.getcontext(), fractions.Fraction(1, 3), uuid.uuid4(), getattr(uuid, "SafeUUID", None), counted, ordered, nested,
        collections.deque([1, 2]), collections.deque([1], 3), collections.UserDict(a=1), collections.UserList([1]),
        collections.UserString("a"), collections.ChainMap({}), slice(1, 2, 3), range(3), 1j, b"abc", b"", bytearray(b"abc"), bytearray(b""),
        {1, 2}, frozenset([1]), set(), frozenset(), Ellipsis, NotImplemented, array.array("d", [1.0]), array.array("i"),
        types.SimpleNamespace(a=1), argparse.Namespace(a=1), random.Random(1), random.SystemRandom, re.compile("a"), re.compile(b"a", re.I),
        re.IGNORECASE, http.HTTPStatus.OK, 1 << 100, None, True, 1.5, "a", object(), enum.Enum, type(None), type(Ellipsis),
        types.MappingProxyType, zip, enumerate([1, 2]), iter([1]), iter((1,)), iter("a"), iter({}), iter(range(3)), reversed([1]), iter({1: 2}), iter({1}),
        pathlib.PurePath("a"), pathlib.PurePosixPath("a/b"), pathlib.PureWindowsPath("a/b"), pathlib.Path("a"), pathlib.PosixPath,
        pathlib.WindowsPath, string.ascii_letters, time.gmtime(0), sys.version_info, inspect.Parameter.empty, inspect.signature(inspect.getdoc), io.BytesIO(b"a"), io.StringIO("a"),
        ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"), ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::/8"),
        ipaddress.ip_interface("10.0.0.1/8"), ipaddress.ip_interface("::1/8"), logging.INFO, logging.getLogger("a"),
        logging.LogRecord("a", 1, "p", 1, "m", (), None), email.message.Message(), abs, len, max, min, sum, round, sorted, any, all, repr, hash, ord, chr, isinstance,
        [operator.add, operator.sub, operator.mul, operator.truediv, operator.eq, operator.lt, operator.le, operator.gt, operator.ge, operator.ne,
         operator.pow, operator.mod, operator.neg, operator.xor, operator.or_, operator.and_, operator.not_, operator.floordiv, operator.matmul],
        list, dict, tuple, set, frozenset, int, float, complex, str, bytes, bytearray, bool, object, type, range, slice, property,
    ]
    for kind in (int, float, list, dict, set, str, tuple, bool, bytes, frozenset, complex, collections.Counter, collections.OrderedDict, collections.deque):
        values.append(collections.defaultdict(kind))
    for name in dir(__import__("builtins")):
        kind = getattr(__import__("builtins"), name)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            values.append(kind)
            for args in (("x",), (), (1, "x")):
                try:
                    values.append(kind(*args))
                except Exception:
                    pass
    for name in dir(collections.abc if hasattr(collections, "abc") else collections):
        kind = getattr(__import__("collections.abc").abc, name, None)
        if isinstance(kind, type):
            values.append(kind)
    import typing

    for name in ("Any", "List", "Dict", "Optional", "Union", "Tuple", "Callable", "Sequence", "Mapping", "Iterable", "Set"):
        values.append(getattr(typing, name))
    for make in (lambda: typing.Optional[int], lambda: typing.List[int], lambda: typing.Dict[str, int], lambda: typing.Union[int, str], lambda: list[int], lambda: typing.Literal["a"]):
        try:
            values.append(make())
        except Exception:
            pass
    for index, value in enumerate(values):
        feed("stdlib %d %r" % (index, type(value)), value)
    try:
        import zoneinfo

        feed("zoneinfo", zoneinfo.ZoneInfo("UTC"))
        feed("zoneinfo", zoneinfo.ZoneInfo("Europe/Paris"))
    except Exception:
        pass
    point = collections.namedtuple("point", "x y")
    del point


@maker
def numpy():
    import numpy as np

    VERSIONS["numpy"] = np.__version__
    values = [np.nan, np.newaxis, np.pi, np.ma.masked, np.ma.nomask, np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1.5], mask=[0]),
              np.matrix([[1]]), np.poly1d([1, 2]), np.array(["a", "b"], dtype=object), np.array([None]), np.array([{"a": 1}]), np.array([[1, 2], [3, 4]], order="F"),
              np.zeros((0,)), np.array(1), np.array("2020-01-01", dtype="M8[D]"), np.array(["2020-01-01"], dtype="M8[ns]"), np.array([1], dtype="m8[s]"),
              np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])[0],
              np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])[0],
              np.array([b"a"]), np.array(["a"]), np.char.array(["a"]), np.dtype([("a", "i4", (2,))]), np.dtype("i4,f8", align=True), np.dtype((np.void, 8)), np.void(b"ab"),
              np.array([1, 2])[::2], np.asfortranarray(np.eye(3)), np.broadcast_to(np.eye(2), (3, 2, 2)), np.iinfo, np.finfo(np.float64), np.iinfo(np.int32), np.ndarray, np.ma.MaskedArray, np.matrix, np.recarray, np.generic, np.number, np.floating, np.integer]
    for name in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 longdouble complex64 complex128 clongdouble str bytes object void datetime64 timedelta64 S5 U5 M8[us] m8[ns] >i4 <f8 >f4".split():
        try:
            dtype = np.dtype(name)
            values += [dtype, dtype.type, np.zeros(2, dtype), np.ma.zeros(2, dtype)]
            values.append(np.zeros(1, dtype)[0])
        except Exception:
            pass
    for name in dir(np):
        value = getattr(np, name, None)
        if isinstance(value, np.ufunc):
            values.append(value)
        elif isinstance(value, type) and issubclass(value, np.generic):
            values.append(value)
    for name in "mean median std var sum prod min max amin amax nanmean nanmedian nanstd nansum nanmin nanmax argmax argmin average where clip abs zeros ones full arange linspace unique ravel transpose concatenate percentile quantile identity square sign dot log1p expm1 isclose isfinite isinf isnan sort argsort cumsum diff size shape ndim allclose array_equal count_nonzero argwhere".split():
        if hasattr(np, name):
            values.append(getattr(np, name))
    for name in "inv norm pinv det solve".split():
        values.append(getattr(np.linalg, name))
    for module in ("polynomial", "chebyshev", "legendre", "laguerre", "hermite", "hermite_e"):
        module = getattr(np.polynomial, module)
        for name in dir(module):
            kind = getattr(module, name)
            if isinstance(kind, type) and name[0].isupper() and name != "ABCPolyBase":
                try:
                    values.append(kind([1, 2]))
                except Exception:
                    pass
    values.append(np.random.RandomState(1))
    values.append(np.random.mtrand._rand)
    for name in "MT19937 PCG64 PCG64DXSM Philox SFC64".split():
        bits = getattr(np.random, name, None)
        if bits:
            values += [bits(1), np.random.RandomState(bits(1)) if name == "MT19937" else 1, np.random.Generator(bits(1))]
    if hasattr(np.random, "SeedSequence"):
        values.append(np.random.SeedSequence(1))
    try:
        values += [np.dtypes.StringDType(), np.array(["a", "bc"], dtype=np.dtypes.StringDType()), np.dtypes.Float64DType]
    except Exception:
        pass
    for index, value in enumerate(values):
        feed("numpy %d %r" % (index, value if isinstance(value, type) else type(value)), value)


@maker
def scipy():
    import numpy as np
    import scipy

    optional("scipy", "spatial.transform cluster.hierarchy special linalg spatial.distance")
    import scipy.interpolate as si, scipy.optimize as so, scipy.sparse as ss, scipy.spatial as sp, scipy.stats as st
    import scipy.signal as sg, scipy.sparse.linalg as sl

    tr = getattr(scipy.spatial, "transform", None)

    VERSIONS["scipy"] = scipy.__version__
    pairs = []
    base = np.eye(4) + np.diag([1.0] * 3, 1)
    for kind in "csr csc coo bsr dia dok lil".split():
        for suffix in ("_matrix", "_array"):
            if hasattr(ss, kind + suffix):
                pairs.append((kind + suffix, lambda k=kind + suffix: getattr(ss, k)(base)))
    x = np.linspace(0, 1, 9)
    y = np.sin(x)
    pts = np.random.RandomState(0).rand(12, 2)
    pairs += [
        ("kd", lambda: sp.KDTree(pts)), ("ckd", lambda: sp.cKDTree(pts)), ("interp1d", lambda: si.interp1d(x, y)), ("interp1dc", lambda: si.interp1d(x, y, kind="cubic")),
        ("spline", lambda: si.UnivariateSpline(x, y)), ("ius", lambda: si.InterpolatedUnivariateSpline(x, y)), ("lsq", lambda: si.LSQUnivariateSpline(x, y, [0.5])), ("cubic", lambda: si.CubicSpline(x, y)), ("pchip", lambda: si.PchipInterpolator(x, y)),
        ("akima", lambda: si.Akima1DInterpolator(x, y)), ("bspline", lambda: si.make_interp_spline(x, y)), ("ppoly", lambda: si.PPoly(np.ones((2, 1)), np.array([0, 1.0]))), ("bpoly", lambda: si.BPoly(np.ones((2, 1)), np.array([0, 1.0]))),
        ("rbf", lambda: si.RBFInterpolator(pts, pts[:, 0])), ("rgi", lambda: si.RegularGridInterpolator((x, x), np.outer(x, x))), ("lin", lambda: si.LinearNDInterpolator(pts, pts[:, 0])), ("ct", lambda: si.CloughTocher2DInterpolator(pts, pts[:, 0])),
        ("near", lambda: si.NearestNDInterpolator(pts, pts[:, 0])), ("rect", lambda: si.RectBivariateSpline(x, x, np.outer(x, x))), ("bary", lambda: si.BarycentricInterpolator(x, y)), ("krogh", lambda: si.KroghInterpolator(x, y)), ("sbs", lambda: si.SmoothBivariateSpline(pts[:, 0], pts[:, 1], pts[:, 0], kx=1, ky=1)), ("ndppoly", lambda: si.NdPPoly(np.ones((2, 1)), (np.array([0, 1.0]),))),
        ("delaunay", lambda: sp.Delaunay(pts)), ("hull", lambda: sp.ConvexHull(pts)), ("kde", lambda: st.gaussian_kde(pts.T)), ("rot", lambda: tr.Rotation.from_euler("x", 1)), ("slerp", lambda: tr.Slerp([0, 1], tr.Rotation.from_euler("x", [0, 1]))),
        ("opt", lambda: so.minimize(abs, 1.0)), ("opt1", lambda: so.minimize_scalar(abs)), ("curve", lambda: so.curve_fit(np.polyval, x, y, p0=[1.0, 1.0])), ("bounds", lambda: so.Bounds(0, 1)), ("lincon", lambda: so.LinearConstraint(np.eye(2), 0, 1)), ("linprog", lambda: so.linprog([1, 2])),
        ("tf", lambda: sg.TransferFunction([1], [1, 2])), ("ss", lambda: sg.StateSpace(1, 1, 1, 1)), ("zpk", lambda: sg.ZerosPolesGain([1], [1], 1)), ("dtf", lambda: sg.dlti([1], [1, 2])), ("butter", lambda: sg.butter(3, 0.1)),
        ("ttest", lambda: st.ttest_ind(x, y)), ("pearson", lambda: st.pearsonr(x, y)), ("linreg", lambda: st.linregress(x, y)), ("ks", lambda: st.kstest(x, "norm")), ("chi", lambda: st.chisquare([1, 2, 3])), ("shapiro", lambda: st.shapiro(x)), ("mode", lambda: st.mode(x)), ("desc", lambda: st.describe(x)), ("spear", lambda: st.spearmanr(x, y)), ("anova", lambda: st.f_oneway(x, y)), ("mann", lambda: st.mannwhitneyu(x, y)), ("wil", lambda: st.wilcoxon(x, y)),
        ("funcs", lambda: [scipy.special.expit, scipy.special.logit, scipy.special.softmax, scipy.special.logsumexp, scipy.special.gamma, scipy.special.xlogy, scipy.linalg.inv, scipy.linalg.norm]),
        ("dist", lambda: [scipy.spatial.distance.cosine, scipy.spatial.distance.euclidean, scipy.spatial.distance.cityblock, scipy.spatial.distance.correlation, scipy.spatial.distance.jaccard, scipy.spatial.distance.hamming]),
        ("stat", lambda: [st.mode, st.pearsonr, st.spearmanr, st.zscore, st.skew, st.kurtosis]), ("op", lambda: sl.aslinearoperator(np.eye(2))),
        ("mvn", lambda: st.multivariate_normal([0, 0])), ("sob", lambda: st.qmc.Sobol(2, seed=1)), ("halton", lambda: st.qmc.Halton(2, seed=1)),
        ("rvh", lambda: st.rv_histogram(np.histogram(x, bins=3))), ("rvd", lambda: st.rv_discrete(values=([1, 2], [0.5, 0.5]))),
    ]
    for name in dir(st):
        dist = getattr(st, name)
        if isinstance(dist, (st.rv_continuous, st.rv_discrete)):
            shapes = len((dist.shapes or "").split(",")) if dist.shapes else 0
            pairs.append(("frozen " + name, lambda d=dist, n=shapes: d(*[1.5] * n) if n else d()))
    each(pairs)


@maker
def pandas():
    import numpy as np
    import pandas as pd

    VERSIONS["pandas"] = pd.__version__
    frame = pd.DataFrame({"a": [1, 2], "b": [1.5, 2.5], "c": ["x", "y"], "d": [True, False], "e": pd.to_datetime(["2020", "2021"]), "f": pd.Categorical(["p", "q"]), "g": pd.to_timedelta([1, 2], unit="D")})
    pairs = [
        ("frame", lambda: frame), ("empty", lambda: pd.DataFrame()), ("series", lambda: frame.a), ("series s", lambda: frame.c), ("multi", lambda: frame.set_index(["a", "c"])), ("cols", lambda: frame.dtypes), ("wide", lambda: frame.T),
        ("tz", lambda: pd.Series(pd.date_range("2020", periods=3, tz="Europe/Paris"))), ("tzutc", lambda: pd.date_range("2020", periods=3, tz="UTC")), ("dates", lambda: pd.date_range("2020", periods=3)), ("bdates", lambda: pd.bdate_range("2020", periods=3)),
        ("period", lambda: pd.period_range("2020", periods=3, freq="M")), ("td", lambda: pd.timedelta_range("1D", periods=3)), ("interval", lambda: pd.interval_range(0, 3)), ("cut", lambda: pd.cut([1, 2, 3], 2)), ("qcut", lambda: pd.Series(pd.qcut([1, 2, 3], 2))),
        ("cat", lambda: pd.CategoricalIndex(["a", "b"])), ("range", lambda: pd.RangeIndex(3)), ("idx", lambda: pd.Index([1, 2])), ("idxf", lambda: pd.Index([1.5, 2])), ("idxo", lambda: pd.Index(["a"])), ("idxu", lambda: pd.Index(np.array([1], "u8"))), ("mi", lambda: pd.MultiIndex.from_product([[1, 2], ["a"]])), ("idxb", lambda: pd.Index([True])),
        ("ts", lambda: pd.Timestamp("2020")), ("tstz", lambda: pd.Timestamp("2020", tz="Europe/Paris")), ("tdelta", lambda: pd.Timedelta("1D")), ("per", lambda: pd.Period("2020", "M")), ("int", lambda: pd.Interval(0, 1)), ("nat", lambda: pd.NaT), ("na", lambda: pd.NA),
        ("sparse", lambda: pd.arrays.SparseArray([0, 0, 1])), ("sparse s", lambda: pd.Series(pd.arrays.SparseArray([0, 0, 1.5]))), ("group", lambda: frame.groupby("a")), ("dtype", lambda: pd.CategoricalDtype(["a"])), ("dtz", lambda: pd.DatetimeTZDtype(tz="UTC")), ("pdt", lambda: pd.PeriodDtype("M")), ("idt", lambda: pd.IntervalDtype("int64")), ("grouper", lambda: pd.Grouper(freq="D")), ("named", lambda: pd.NamedAgg("a", "sum")), ("slice", lambda: pd.IndexSlice), ("fns", lambda: [pd.isna, pd.to_numeric, pd.to_datetime, pd.concat, pd.get_dummies, pd.cut]),
        ("classes", lambda: [pd.DataFrame, pd.Series, pd.Index]), ("styler", lambda: frame.style), ("rolling", lambda: frame.a.rolling(2)), ("pytz", lambda: pd.Timestamp("2020", tz=__import__("pytz").timezone("Europe/Paris"))), ("pytzs", lambda: [__import__("pytz").utc, __import__("pytz").timezone("Asia/Tokyo"), __import__("pytz").FixedOffset(60)]),
        ("dateutil", lambda: [__import__("dateutil.tz").tz.tzutc(), __import__("dateutil.tz").tz.gettz("Europe/Paris"), __import__("dateutil.tz").tz.tzoffset("x", 60)]), ("rd", lambda: __import__("dateutil.relativedelta").relativedelta.relativedelta(days=1)),
    ]
    for name in "Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64 boolean string string[python] string[pyarrow] str int64[pyarrow] double[pyarrow] category".split():
        pairs.append((name, lambda n=name: pd.Series(["1", "2"] if "str" in n else [1, 0], dtype=n)))
        pairs.append((name, lambda n=name: pd.Index(["1", "2"] if "str" in n else [1, 0], dtype=n)))
        pairs.append((name, lambda n=name: pd.api.types.pandas_dtype(n)))
    import pandas.tseries.offsets as offsets

    for name in dir(offsets):
        kind = getattr(offsets, name)
        if isinstance(kind, type):
            pairs.append((name, lambda k=kind: k()))
            pairs.append((name, lambda k=kind: pd.date_range("2020", periods=3, freq=k(2))))
    each(pairs)


@maker
def sklearn():
    import numpy as np
    import scipy.sparse
    import sklearn
    import sklearn.feature_extraction.text as text, sklearn.linear_model as lm, sklearn.ensemble as en, sklearn.feature_selection as fs

    optional("sklearn", "base compose pipeline model_selection utils metrics preprocessing neighbors tree svm naive_bayes multiclass cluster decomposition impute")

    VERSIONS["scikit-learn"] = sklearn.__version__
    try:
        from sklearn.utils import all_estimators
    except ImportError:
        from sklearn.utils.testing import all_estimators
    try:
        from sklearn.experimental import enable_iterative_imputer, enable_halving_search_cv, enable_hist_gradient_boosting  # noqa: F401
    except ImportError:
        try:
            from sklearn.experimental import enable_hist_gradient_boosting, enable_iterative_imputer  # noqa: F401, F811
        except ImportError:
            pass
    state = np.random.RandomState(0)
    X = np.abs(state.rand(40, 4))
    y = (X[:, 0] > X[:, 1]).astype(int)
    Y2 = np.c_[y, 1 - y]
    words = ["red green blue", "green tea", "blue sky red"] * 14
    inner = lm.LogisticRegression()
    meta = {"estimator": inner, "base_estimator": inner, "estimators": [("a", inner), ("b", sklearn.tree.DecisionTreeClassifier())], "transformer_list": [("s", sklearn.preprocessing.StandardScaler())], "steps": [("s", sklearn.preprocessing.StandardScaler()), ("m", inner)],
            "transformers": [("s", sklearn.preprocessing.StandardScaler(), [0, 1]), ("p", "passthrough", slice(2, 3))], "param_grid": {"C": [1, 2]}, "param_distributions": {"C": [1, 2]}, "dictionary": np.eye(4)}

    def build(kind):
        import inspect

        wanted = {}
        for name, param in inspect.signature(kind.__init__).parameters.items():
            if param.default is inspect.Parameter.empty and name in meta:
                wanted[name] = meta[name]
            if name == "n_iter" and "Search" in kind.__name__:
                wanted[name] = 2
        if "Regressor" in kind.__name__ and "estimators" in wanted:
            wanted["estimators"] = [("a", lm.LinearRegression()), ("b", sklearn.tree.DecisionTreeRegressor())]
        return kind(**wanted)

    def fit(kind):
        errors = []
        for data, target in ((X, y), (X, X[:, 0]), (X, Y2), (words, y), ([{"a": 1}, {"b": 2}] * 20, y), (X[:, 0], y), (X, X), (y, y), ([["a", "b"], ["c"]], None)):
            try:
                return build(kind).fit(data, target)
            except Exception as error:
                errors.append(error)
            try:
                return build(kind).fit(data)
            except Exception as error:
                errors.append(error)
        raise errors[0]

    pairs = []
    for name, kind in all_estimators():
        pairs.append(("class " + name, lambda k=kind: k))
        pairs.append(("plain " + name, lambda k=kind: build(k)))
        pairs.append(("fitted " + name, lambda k=kind: fit(k)))
    tree = lambda: sklearn.tree.DecisionTreeClassifier()
    losses = [(lambda **k: lm.SGDClassifier(**k), dict(loss=l)) for l in "hinge log log_loss modified_huber squared_hinge perceptron".split()] + [(lambda **k: lm.SGDRegressor(**k), dict(loss=l)) for l in "squared_loss squared_error huber epsilon_insensitive squared_epsilon_insensitive".split()]
    losses += [(lambda **k: en.GradientBoostingClassifier(**k), dict(loss=l, n_estimators=2)) for l in "deviance log_loss exponential".split()] + [(lambda **k: en.GradientBoostingRegressor(**k), dict(loss=l, n_estimators=2)) for l in "ls lad squared_error absolute_error huber quantile".split()]
    losses += [(lambda **k: sklearn.tree.DecisionTreeClassifier(**k), dict(criterion=c)) for c in ("gini", "entropy", "log_loss")] + [(lambda **k: sklearn.tree.DecisionTreeRegressor(**k), dict(criterion=c)) for c in ("squared_error", "friedman_mse", "absolute_error", "poisson", "mse", "mae")]
    losses += [(lambda **k: en.ExtraTreesClassifier(**k), dict(n_estimators=2)), (lambda **k: en.RandomForestRegressor(**k), dict(n_estimators=2)), (lambda **k: en.IsolationForest(**k), dict(n_estimators=2)), (lambda **k: sklearn.svm.SVC(**k), dict(probability=True)), (lambda **k: sklearn.svm.SVR(**k), dict()), (lambda **k: en.GradientBoostingClassifier(**k), dict(init=inner, n_estimators=2))]
    losses += [(lambda **k: en.HistGradientBoostingRegressor(**k), dict(loss=l, max_iter=2, min_samples_leaf=2)) for l in "squared_error absolute_error poisson gamma quantile least_squares".split()] + [(lambda **k: en.HistGradientBoostingRegressor(**k), dict(loss="quantile", quantile=0.5, max_iter=2)), (lambda **k: en.HistGradientBoostingClassifier(**k), dict(max_iter=2, min_samples_leaf=2, early_stopping=True))]
    for kind in ("kd_tree", "ball_tree", "brute"):
        for metric in ("euclidean", "manhattan", "chebyshev", "minkowski", "cosine", "seuclidean", "hamming", "jaccard", "canberra", "braycurtis", "matching", "dice", "kulsinski", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath", "haversine", "mahalanobis", "wminkowski"):
            params = {"seuclidean": {"V": np.ones(4)}, "mahalanobis": {"V": np.eye(4)}}.get(metric)
            losses.append((lambda **k: sklearn.neighbors.KNeighborsClassifier(**k), dict(algorithm=kind, metric=metric, metric_params=params, n_neighbors=2)))
    for loss in losses:
        for dtype in (np.float64, np.float32):
            pairs.append(("loss %r" % loss[1], lambda m=loss, d=dtype: m[0](**m[1]).fit(X.astype(d), y)))
    pairs.append(("multi loss", lambda: en.GradientBoostingClassifier(n_estimators=2).fit(X, np.arange(40) % 3)))
    pairs.append(("multi hist", lambda: en.HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2).fit(X, np.arange(40) % 3)))
    ms = sklearn.model_selection
    for name in dir(ms):
        kind = getattr(ms, name)
        if isinstance(kind, type) and ("Fold" in name or "Split" in name or "Leave" in name or "Grid" in name or "Sampler" in name):
            pairs.append(("cv " + name, lambda k=kind: k()))
            pairs.append(("cv " + name, lambda k=kind: k({"a": [1]})))
            pairs.append(("cv " + name, lambda k=kind: k({"a": [1]}, 2)))
            pairs.append(("cv " + name, lambda k=kind: k(2)))
    pairs += [
        ("grid", lambda: ms.GridSearchCV(inner, {"C": [1, 2]}, scoring="accuracy", cv=ms.StratifiedKFold(2)).fit(X, y)),
        ("rand", lambda: ms.RandomizedSearchCV(inner, {"C": [1, 2, 3]}, n_iter=2, cv=2, scoring=["accuracy", "f1"], refit="f1").fit(X, y)),
        ("text", lambda: sklearn.pipeline.make_pipeline(text.TfidfVectorizer(ngram_range=(1, 2)), lm.SGDClassifier()).fit(words, y[:42] if len(y) >= 42 else np.arange(42) % 2)),
        ("text2", lambda: sklearn.pipeline.make_pipeline(text.CountVectorizer(stop_words="english"), text.TfidfTransformer(), sklearn.naive_bayes.MultinomialNB()).fit(words, np.arange(42) % 2)),
        ("hash", lambda: sklearn.pipeline.make_pipeline(text.HashingVectorizer(n_features=16), lm.SGDClassifier()).fit(words, np.arange(42) % 2)),
        ("union", lambda: sklearn.pipeline.make_union(sklearn.preprocessing.StandardScaler(), sklearn.preprocessing.MinMaxScaler()).fit(X)),
        ("feature", lambda: [fs.f_classif, fs.chi2, fs.f_regression, fs.mutual_info_classif, fs.mutual_info_regression]), ("select", lambda: fs.SelectKBest(fs.chi2, k=2).fit(X, y)),
        ("fn", lambda: sklearn.preprocessing.FunctionTransformer(np.log1p)), ("bunch", lambda: sklearn.utils.Bunch(a=1)), ("scorer", lambda: [sklearn.metrics.make_scorer(sklearn.metrics.f1_score), sklearn.metrics.make_scorer(sklearn.metrics.roc_auc_score, needs_proba=True)]),
        ("scorer1", lambda: sklearn.metrics.make_scorer(sklearn.metrics.accuracy_score)), ("scorer2", lambda: sklearn.metrics.make_scorer(sklearn.metrics.roc_auc_score, response_method="predict_proba")),
        ("metrics", lambda: [getattr(sklearn.metrics, n) for n in sklearn.metrics.__all__ if callable(getattr(sklearn.metrics, n)) and not isinstance(getattr(sklearn.metrics, n), type)]),
        ("iris", lambda: sklearn.utils.Bunch(data=X)), ("scorers", lambda: [sklearn.metrics.get_scorer(n) for n in ("accuracy", "f1", "roc_auc", "neg_mean_squared_error", "neg_log_loss", "r2", "precision", "recall", "f1_macro", "balanced_accuracy", "average_precision")]),
        ("bag", lambda: en.BaggingClassifier(tree(), n_estimators=2).fit(X, y)), ("ada", lambda: en.AdaBoostClassifier(tree(), n_estimators=2).fit(X, y)), ("stack", lambda: en.StackingClassifier([("a", inner)]).fit(X, y)), ("vote", lambda: en.VotingClassifier([("a", inner), ("b", tree())]).fit(X, y)),
        ("kdt", lambda: sklearn.neighbors.KDTree(X)), ("ball", lambda: sklearn.neighbors.BallTree(X)), ("birch", lambda: sklearn.cluster.Birch(n_clusters=2).fit(X)), ("bisect", lambda: sklearn.cluster.BisectingKMeans(2).fit(X)), ("lda", lambda: sklearn.decomposition.LatentDirichletAllocation(2, max_iter=2).fit(X)),
        ("sparse", lambda: sklearn.neighbors.KNeighborsClassifier().fit(scipy.sparse.csr_matrix(X), y)), ("sparsesvm", lambda: sklearn.svm.SVC().fit(scipy.sparse.csr_matrix(X), y)), ("impute", lambda: sklearn.impute.IterativeImputer().fit(X)), ("lars", lambda: lm.LassoLarsCV().fit(X, y)),
        ("frame", lambda: sklearn.pipeline.make_pipeline(sklearn.preprocessing.StandardScaler(), inner).fit(__import__("pandas").DataFrame(X, columns=list("abcd")), y)),
        ("coltr", lambda: sklearn.compose.ColumnTransformer([("o", sklearn.preprocessing.OneHotEncoder(), ["c"]), ("n", sklearn.preprocessing.StandardScaler(), ["a"])], remainder="passthrough").fit(__import__("pandas").DataFrame({"a": [1.0, 2.0], "c": ["x", "y"], "d": [1, 2]}))),
        ("selector", lambda: sklearn.compose.ColumnTransformer([("n", sklearn.preprocessing.StandardScaler(), sklearn.compose.make_column_selector(dtype_include=float))]).fit(__import__("pandas").DataFrame({"a": [1.0, 2.0]}))),
        ("ttr", lambda: sklearn.compose.TransformedTargetRegressor(lm.LinearRegression(), func=np.log1p, inverse_func=np.expm1).fit(X, y)),
    ]
    try:
        from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor, kernels

        for name in dir(kernels):
            kind = getattr(kernels, name)
            if isinstance(kind, type) and issubclass(kind, kernels.Kernel):
                pairs.append(("kernel " + name, lambda k=kind: k()))
                pairs.append(("kernel " + name, lambda k=kind: k(kernels.RBF())))
                pairs.append(("kernel " + name, lambda k=kind: k(kernels.RBF(), kernels.RBF())))
        pairs.append(("gpr", lambda: GaussianProcessRegressor(kernels.ConstantKernel() * kernels.RBF() + kernels.WhiteKernel()).fit(X, y)))
        pairs.append(("gpc", lambda: GaussianProcessClassifier().fit(X, y)))
    except ImportError:
        pass
    each(pairs)


@maker
def boosters():
    import numpy as np

    X = np.random.RandomState(0).rand(40, 4)
    y = (X[:, 0] > X[:, 1]).astype(int)
    pairs = []
    try:
        import xgboost as xgb

        VERSIONS["xgboost"] = xgb.__version__
        pairs += [("xgb " + n, lambda n=n: getattr(xgb, n)(n_estimators=2).fit(X, y)) for n in ("XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor")]
        pairs += [("xgb plain " + n, lambda n=n: getattr(xgb, n)()) for n in ("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor", "Booster")]
        pairs += [("booster", lambda: xgb.train({"objective": "binary:logistic"}, xgb.DMatrix(X, y), 2)), ("ranker", lambda: xgb.XGBRanker(n_estimators=2).fit(X, y, group=[20, 20]))]
        pairs += [("early", lambda: xgb.XGBClassifier(n_estimators=2, callbacks=[xgb.callback.EarlyStopping(2)])), ("lr", lambda: xgb.callback.LearningRateScheduler([0.1, 0.2])), ("evm", lambda: xgb.callback.EvaluationMonitor())]
    except Exception as error:
        FAILED.append("xgboost %r" % error)
    try:
        import lightgbm as lgb

        VERSIONS["lightgbm"] = lgb.__version__
        small = dict(n_estimators=2, min_child_samples=2, verbose=-1)
        pairs += [("lgb " + n, lambda n=n: getattr(lgb, n)(**small).fit(X, y)) for n in ("LGBMClassifier", "LGBMRegressor")]
        pairs += [("lgb plain " + n, lambda n=n: getattr(lgb, n)()) for n in ("LGBMClassifier", "LGBMRegressor", "LGBMRanker")]
        pairs += [("lgb booster", lambda: lgb.train({"verbose": -1, "min_data_in_leaf": 2}, lgb.Dataset(X, y), 2)), ("lgb cv", lambda: lgb.CVBooster()), ("lgb rank", lambda: lgb.LGBMRanker(**small).fit(X, y, group=[20, 20])), ("lgb cb", lambda: [lgb.early_stopping(2), lgb.log_evaluation(1)]),
                  ("lgb eval", lambda: lgb.LGBMClassifier(**small).fit(X, y, eval_set=[(X, y)]))]
    except Exception as error:
        FAILED.append("lightgbm %r" % error)
    try:
        import catboost as cb

        VERSIONS["catboost"] = cb.__version__
        quiet = dict(iterations=2, verbose=0, allow_writing_files=False)
        pairs += [("cb " + n, lambda n=n: getattr(cb, n)(**quiet).fit(X, y)) for n in ("CatBoostClassifier", "CatBoostRegressor", "CatBoost")]
        pairs += [("cb plain " + n, lambda n=n: getattr(cb, n)(**quiet)) for n in ("CatBoostClassifier", "CatBoostRegressor", "CatBoost", "CatBoostRanker")]
        pairs += [("cb enums", lambda: [cb.EFstrType.FeatureImportance, cb.EShapCalcType.Regular, cb.EFeaturesSelectionAlgorithm.RecursiveByShapValues])]
    except Exception as error:
        FAILED.append("catboost %r" % error)
    each(pairs)


@maker
def spacy():
    import spacy
    import thinc

    VERSIONS["spacy"], VERSIONS["thinc"] = spacy.__version__, thinc.__version__
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    each([("doc", lambda: nlp("a b c")), ("vocab", lambda: nlp.vocab), ("strings", lambda: nlp.vocab.strings), ("docbin", lambda: spacy.tokens.DocBin(docs=[nlp("a b")])), ("token", lambda: nlp.tokenizer)])


@maker
def gensim():
    import gensim
    from gensim import corpora, models

    VERSIONS["gensim"] = gensim.__version__
    texts = [["a", "b", "c"], ["b", "c", "d"]] * 5
    bag = corpora.Dictionary(texts)
    corpus = [bag.doc2bow(t) for t in texts]
    each([
        ("dict", lambda: bag), ("w2v", lambda: models.Word2Vec(texts, min_count=1, vector_size=4, epochs=1)), ("kv", lambda: models.Word2Vec(texts, min_count=1, vector_size=4, epochs=1).wv), ("d2v", lambda: models.Doc2Vec([models.doc2vec.TaggedDocument(t, [i]) for i, t in enumerate(texts)], min_count=1, vector_size=4, epochs=1)),
        ("ft", lambda: models.FastText(texts, min_count=1, vector_size=4, epochs=1, bucket=10)), ("lda", lambda: models.LdaModel(corpus, 2, bag)), ("tfidf", lambda: models.TfidfModel(corpus)), ("lsi", lambda: models.LsiModel(corpus, 2, bag)), ("phr", lambda: models.Phrases(texts)), ("phraser", lambda: models.phrases.Phraser(models.Phrases(texts))), ("hdp", lambda: models.HdpModel(corpus, bag)),
    ])


@maker
def containers():
    """Attribute dictionaries and the fast tokenizers' parts."""
    pairs = []
    nested = {"a": 1, "b": [1, "x", {"c": 2.0}], "d": None}
    try:
        import omegaconf

        VERSIONS["omegaconf"] = omegaconf.__version__
        pairs.append(("omegaconf", lambda: omegaconf.OmegaConf.create(nested)))
    except ImportError as error:
        FAILED.append("omegaconf: %r" % error)
    for module, name in (("easydict", "EasyDict"), ("addict", "Dict"), ("yacs.config", "CfgNode")):
        pairs.append((module, lambda m=module, n=name: getattr(__import__(m, fromlist=[n]), n)({"a": 1, "b": {"c": 2}})))
    try:
        import tokenizers

        VERSIONS["tokenizers"] = tokenizers.__version__
        pairs += [("added", lambda: tokenizers.AddedToken("a")), ("tokenizer", lambda: tokenizers.Tokenizer(tokenizers.models.BPE())), ("encoding", lambda: tokenizers.Tokenizer(tokenizers.models.BPE()).encode("a"))]
        for part in ("models", "normalizers", "pre_tokenizers", "decoders", "processors"):
            module = getattr(tokenizers, part)
            for name in dir(module):
                if isinstance(getattr(module, name), type):
                    pairs.append((part + name, lambda k=getattr(module, name): k()))
    except ImportError as error:
        FAILED.append("tokenizers: %r" % error)
    each(pairs)


@maker
def dill_arrays():
    """Last, because importing dill changes how others pickle."""
    import dill
    import numpy as np

    VERSIONS["dill"] = dill.__version__
    for value in (np.eye(2), np.array(["a"]), {"w": np.zeros(3)}, np.ma.array([1], mask=[0]), np.float64(1)):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            walk("dill", dill.dumps(value, protocol))


def nature(module, name):
    """What a name is, and which of its hooks the interpreter would run while loading."""
    try:
        value = sys.modules[module] if module in sys.modules else __import__(module, fromlist=["x"])
        for part in name.split("."):
            value = getattr(value, part)
    except Exception:
        return {"kind": "gone"}
    if not isinstance(value, type):
        return {"kind": type(value).__name__}
    hooks = {}
    for hook in ("__setstate__", "__del__", "__setattr__", "__new__"):
        for base in value.__mro__:
            if hook in vars(base):
                if base not in (object, dict, list, tuple, str, int, float, bytes) and base.__name__ != "type":
                    hooks[hook] = "%s.%s" % (base.__module__, base.__qualname__)
                break
    return {"kind": "class", "hooks": hooks}


def main():
    for make in MAKERS:
        try:
            make()
        except ImportError as error:
            FAILED.append("%s: %r" % (make.__name__, error))
        except Exception:
            FAILED.append("%s: %s" % (make.__name__, traceback.format_exc()))
        sys.stderr.write("%s: %d names\n" % (make.__name__, len(SEEN.uses)))
    names = {}
    for (module, name), uses in sorted(SEEN.uses.items()):
        names["%s:%s" % (module, name)] = dict(nature(module, name), uses=sorted(uses))
    with open(sys.argv[1], "w") as out:
        json.dump({"versions": VERSIONS, "names": names, "failed": FAILED}, out, indent=0, sort_keys=True)


if __name__ == "__main__":
    main()
