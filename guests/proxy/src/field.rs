//! The fields of access logs that the module knows, under the names of the W3C extended log format (ELFF) and of Blue Coat's documentation of it.

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A decimal number.
    Integer,
    /// Tells the time or the duration together with others: no column of its own.
    Part,
}

/// A field as the documentation has it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// ELFF name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// One sentence.
    pub doc: &'static str,
}

macro_rules! fields {
    ($($variant:ident $name:literal $kind:ident $doc:literal;)*) => {
        /// A field that the module knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// Every field, in the order of the columns of schema full.
            pub const ALL: [Field; [$($name),*].len()] = [$(Field::$variant),*];

            /// What is known of it.
            pub fn known(self) -> Known {
                match self {
                    $(Self::$variant => Known { name: $name, kind: Kind::$kind, doc: $doc },)*
                }
            }
        }
    };
}

fields! {
    Date "date" Part "Day, YYYY-MM-DD, in UTC.";
    Time "time" Part "Time of day, HH:MM:SS, in UTC.";
    Epoch "timestamp" Part "Seconds since 1970-01-01 UTC, with or without a fraction.";
    Millis "%tu" Part "Milliseconds of the second (Squid).";
    Clf "%t" Part "Time as in the common log format, 22/Nov/2026:05:00:33 +0000.";
    Request "%r" Part "First line of the request: method, URL and version.";
    TakenMicros "%D" Part "How long it took, microseconds (Apache).";
    TakenSeconds "%T" Part "How long it took, seconds (Apache).";
    TimeTaken "time-taken" Integer "How long it took, as the log has it: milliseconds in Blue Coat's and Squid's.";
    ClientIp "c-ip" Text "Address of the client.";
    ClientPort "c-port" Integer "Port of the client.";
    ClientName "c-dns" Text "Host name of the client.";
    Ident "c-ident" Text "User by the ident protocol.";
    UserName "cs-username" Text "User who was authenticated.";
    AuthGroup "cs-auth-group" Text "Group of that user.";
    ExceptionId "x-exception-id" Text "Which exception page was sent, or which error came.";
    FilterResult "sc-filter-result" Text "What content filtering did: OBSERVED, PROXIED, DENIED.";
    FilterCategory "sc-filter-category" Text "Category of the URL, in older logs.";
    Categories "cs-categories" Text "Categories of the URL.";
    Referer "cs(Referer)" Text "Header Referer of the request.";
    UserAgent "cs(User-Agent)" Text "Header User-Agent of the request.";
    Cookie "cs(Cookie)" Text "Header Cookie of the request.";
    HostHeader "cs(Host)" Text "Header Host of the request.";
    ForwardedFor "cs(X-Forwarded-For)" Text "Header X-Forwarded-For of the request.";
    ContentType "rs(Content-Type)" Text "Header Content-Type of the response.";
    Status "sc-status" Integer "Status of the response, 0 when there was none.";
    Substatus "sc-substatus" Integer "Substatus of the response (IIS).";
    Win32Status "sc-win32-status" Integer "Windows's status of the response (IIS).";
    Action "s-action" Text "What the cache did: TCP_HIT, TCP_MISS, TCP_DENIED and others.";
    Method "cs-method" Text "Method of the request.";
    Uri "cs-uri" Text "URL of the request.";
    UriScheme "cs-uri-scheme" Text "Scheme of the URL.";
    Host "cs-host" Text "Host of the URL.";
    UriPort "cs-uri-port" Integer "Port of the URL.";
    UriPath "cs-uri-path" Text "Path of the URL.";
    UriStem "cs-uri-stem" Text "URL without its query.";
    UriQuery "cs-uri-query" Text "Query of the URL, in Blue Coat's logs with its question mark.";
    UriExtension "cs-uri-extension" Text "Extension of the document that the path names.";
    Version "cs-version" Text "Version of the protocol of the request.";
    Protocol "cs-protocol" Text "Protocol of the request.";
    ServerIp "s-ip" Text "Address of the proxy at which the request came in; in older logs of the server.";
    ServerPort "s-port" Integer "Port of the proxy at which the request came in.";
    ServerName "s-computername" Text "Name of the proxy.";
    SiteName "s-sitename" Text "Service of the proxy.";
    Hierarchy "s-hierarchy" Text "How the object was fetched: DIRECT, HIER_NONE and others.";
    SupplierName "s-supplier-name" Text "Host from which the object was fetched.";
    SupplierIp "s-supplier-ip" Text "Address from which the object was fetched.";
    RemoteIp "r-ip" Text "Address of the server or next proxy.";
    RemotePort "r-port" Integer "Port of the server or next proxy.";
    RemoteName "r-dns" Text "Host name of the server or next proxy.";
    ScBytes "sc-bytes" Integer "Bytes sent to the client.";
    CsBytes "cs-bytes" Integer "Bytes received from the client.";
    RsBytes "rs-bytes" Integer "Bytes received from the server.";
    SrBytes "sr-bytes" Integer "Bytes sent to the server.";
    VirusId "x-virus-id" Text "Virus that was found.";
    VirusDetails "x-virus-details" Text "More of that virus.";
    IcapErrorCode "x-icap-error-code" Text "Error of the scanning service.";
    IcapErrorDetails "x-icap-error-details" Text "More of that error.";
    Application "x-bluecoat-application-name" Text "Web application.";
    Operation "x-bluecoat-application-operation" Text "What was done in it.";
}

/// Names that mean a known field.
const ALIASES: [(&str, Field); 3] =
    [("x-timestamp-unix", Field::Epoch), ("x-timestamp-unix-utc", Field::Epoch), ("x-bluecoat-application", Field::Application)];

/// How many fields are known.
pub const FIELDS: usize = Field::ALL.len();

impl Field {
    /// By its ELFF name; upper and lower case are the same, as in the names of headers.
    pub fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|field| field.known().name.eq_ignore_ascii_case(name));
        known.or_else(|| ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, field)| *field))
    }

    /// Name of its column: lower case, each run of other characters than letters and digits an underscore. `cs(User-Agent)` is `cs_user_agent`.
    pub fn column(self) -> String {
        let words = self.known().name.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name_in_any_case() {
        assert_eq!(Field::named("CS(user-agent)"), Some(Field::UserAgent));
        assert_eq!(Field::named("x-timestamp-unix"), Some(Field::Epoch));
        assert_eq!(Field::named("x-none"), None);
        assert_eq!(Field::UserAgent.column(), "cs_user_agent");
    }

    #[test]
    fn every_field_stands_at_its_own_index() {
        for (index, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, index);
        }
    }
}
